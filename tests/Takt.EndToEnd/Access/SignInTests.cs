using System.Net;
using Takt.Registry.Access;

namespace Takt.EndToEnd.Access;

public class SignInTests(GuardedServer server) : IClassFixture<GuardedServer>
{
    static readonly Uri Users = new("/users", UriKind.Relative), SignIn = new("/sign-in", UriKind.Relative), Models = new("/models", UriKind.Relative);

    [Fact]
    public async Task A_page_leads_to_the_sign_in_and_back()
    {
        using var browser = server.Browser();
        var answer = await browser.GetAsync(new Uri("/models/press?version=1", UriKind.Relative));
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in?back=%2Fmodels%2Fpress%3Fversion%3D1"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.Contains("value=\"/models/press?version=1\"", await browser.GetStringAsync(answer.Headers.Location));
    }

    [Theory]
    [InlineData("viewer", HttpStatusCode.Forbidden)]
    [InlineData("engineer", HttpStatusCode.Forbidden)]
    [InlineData("admin", HttpStatusCode.OK)]
    public async Task A_role_sees_what_it_may(string role, HttpStatusCode users)
    {
        using var browser = await server.SignedInAsync(role);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Models)).StatusCode);
        Assert.Equal(users, (await browser.GetAsync(Users)).StatusCode);
        Assert.Equal(users == HttpStatusCode.OK, (await browser.GetStringAsync(Models)).Contains("href=\"/audit\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_is_refused_noted_and_soon_made_to_wait()
    {
        using var browser = server.Browser();
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 12; i++)
        {
            using var form = Form("guessed", $"guess number {i}");
            statuses.Add((await browser.PostAsync(SignIn, form)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.Contains(server.Registry.Audit.List(subject: "guessed"), e => e is { Kind: "sign-in-refused", Actor: "nobody" });
    }

    [Fact]
    public async Task Signing_out_and_a_new_password_end_a_sign_in()
    {
        server.Registry.Accounts.Add("berta", GuardedServer.Password, Role.Viewer);
        await Task.Delay(1100);   // the server looks for new accounts once a second
        using var one = await server.SignedInAsync("berta");
        using var two = await server.SignedInAsync("berta");
        Assert.Equal(HttpStatusCode.Redirect, (await one.PostAsync(new Uri("/sign-out", UriKind.Relative), null)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await one.GetAsync(Models)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await two.GetAsync(Models)).StatusCode);
        server.Registry.Accounts.ChangePassword("berta", "another long password");
        await Task.Delay(1100);
        Assert.Equal(HttpStatusCode.Redirect, (await two.GetAsync(Models)).StatusCode);
    }

    [Fact]
    public async Task An_admin_adds_people_and_makes_keys_on_the_page()
    {
        using var browser = await server.SignedInAsync("admin");
        using var person = new FormUrlEncodedContent(new Dictionary<string, string> { ["account"] = "clara", ["password"] = GuardedServer.Password, ["role"] = "operator" });
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostAsync(new Uri("/users/add", UriKind.Relative), person)).StatusCode);
        Assert.Contains("clara", await browser.GetStringAsync(Users));

        using var key = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "MES", ["permissions"] = "predict", ["models"] = "press", ["days"] = "", ["per-minute"] = "" });
        string page = await (await browser.PostAsync(new Uri("/keys/create", UriKind.Relative), key)).Content.ReadAsStringAsync();
        Assert.Matches("takt_k[0-9a-f]{8}_[A-Za-z0-9_-]{43}", page);
        Assert.DoesNotMatch("takt_k[0-9a-f]{8}_", await browser.GetStringAsync(Users));

        using var wrong = new FormUrlEncodedContent(new Dictionary<string, string> { ["account"] = "x y", ["password"] = "short", ["role"] = "operator" });
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(new Uri("/users/add", UriKind.Relative), wrong)).StatusCode);
        string audit = await browser.GetStringAsync(new Uri("/audit?subject=clara", UriKind.Relative));
        Assert.Contains("user:admin", audit);
        Assert.Contains("person added", audit);
    }

    [Theory]
    [InlineData("/\n", "/")]
    [InlineData("/models\r\nX-Injected: 1", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/models/press?version=1", "/models/press?version=1")]
    [InlineData("/models/prüfstand", "/models/pr%C3%BCfstand")]
    public async Task A_switch_leads_back_to_an_address_of_this_server_and_nowhere_else(string back, string expected)
    {
        using var browser = server.Browser();
        foreach (var (path, to) in new[] { ("/language", "en"), ("/theme", "dark") })
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["to"] = to, ["back"] = back });
            using var answer = await browser.PostAsync(new Uri(path, UriKind.Relative), form);
            Assert.Equal((HttpStatusCode.Redirect, expected), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        }
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("text/plain", "x")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\nen")]
    [InlineData("application/x-www-form-urlencoded", null)]
    public async Task A_body_that_is_no_form_is_the_callers_mistake(string type, string? body)
    {
        using var browser = server.Browser();
        foreach (string path in (string[])["/language", "/theme", "/sign-in"])
        {
            using var content = new StringContent(body ?? string.Join('&', Enumerable.Range(0, 2000).Select(i => $"f{i}=")));
            content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
            using var answer = await browser.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task What_another_site_makes_a_browser_send_is_refused(string origin)
    {
        using var browser = await server.SignedInAsync("admin");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/users/remove") { Content = Form("viewer", "") };
        request.Headers.Add("Origin", origin);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(request)).StatusCode);
        Assert.Contains(server.Registry.Accounts.List(), a => a.Name == "viewer");
    }

    static FormUrlEncodedContent Form(string account, string password) => new(new Dictionary<string, string> { ["account"] = account, ["password"] = password });
}
