using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Takt.Access;
using Takt.EndToEnd.Program;
using Takt.Registry;

namespace Takt.EndToEnd.Access;

public sealed class FirstStartTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-first-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task A_server_that_other_machines_reach_leads_through_making_the_administrator()
    {
        await using var app = Server.Build(new ServerOptions { Home = _home, Urls = ["https://0.0.0.0:0"] });
        await Server.StartAsync(app, CancellationToken.None);
        using var browser = Browser(app);

        Assert.Equal("/setup", (await browser.GetAsync(Path("/"))).Headers.Location!.ToString());
        Assert.Equal("/setup", (await browser.GetAsync(Path("/sign-in"))).Headers.Location!.ToString());
        var call = await browser.GetAsync(Path("/api/models"));
        Assert.Equal(HttpStatusCode.Unauthorized, call.StatusCode);
        Assert.Contains("a server without any account", await call.Content.ReadAsStringAsync());

        string code = app.Services.GetRequiredService<SetupCode>().Text;
        Assert.Equal(HttpStatusCode.BadRequest, await SetUpAsync(browser, code == "00000000" ? "00000001" : "00000000", "a long password", "a long password"));
        Assert.Equal(HttpStatusCode.BadRequest, await SetUpAsync(browser, code, "a long password", "another one here"));
        Assert.Equal(HttpStatusCode.BadRequest, await SetUpAsync(browser, code, "short", "short"));
        Assert.Empty(app.Services.GetRequiredService<ModelRegistry>().Accounts.List());
        Assert.Equal(HttpStatusCode.Redirect, await SetUpAsync(browser, code, "a long password", "a long password"));

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Path("/users"))).StatusCode);
        using var stranger = Browser(app);
        Assert.Equal("/sign-in", (await stranger.GetAsync(Path("/setup"))).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, await SetUpAsync(stranger, code, "mine is the server", "mine is the server"));
        Assert.Single(app.Services.GetRequiredService<ModelRegistry>().Accounts.List());
    }

    [Fact]
    public void The_certificate_that_Takt_makes_stays_the_same_and_its_file_is_for_nobody_else()
    {
        using var first = Certificates.OwnOf(_home, TimeProvider.System);
        using var second = Certificates.OwnOf(_home, TimeProvider.System);
        Assert.Equal(first.Thumbprint, second.Thumbprint);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(System.IO.Path.Combine(_home, "certificate.pfx")));
    }

    [Fact]
    public async Task A_server_for_this_machine_asks_nothing_but_answers_no_foreign_name()
    {
        await using var app = Server.Build(new ServerOptions { Home = _home, Urls = ["http://127.0.0.1:0"] });
        await Server.StartAsync(app, CancellationToken.None);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Path("/users"))).StatusCode);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/api/models") { Headers = { Host = "attacker.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(rebound)).StatusCode);

        // From the first account on, everyone signs in, here too.
        using var account = new StringContent("""{"name":"anna","password":"a long password","role":"admin"}""", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.Created, (await http.PostAsync(Path("/api/users"), account)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(Path("/api/models"))).StatusCode);
    }

    [Fact]
    public async Task The_code_is_told_whenever_nobody_can_sign_in_any_more()
    {
        var log = new HeardLog();
        await using var app = Server.Build(new ServerOptions { Home = _home, Urls = ["http://127.0.0.1:0"], Compose = builder => builder.Logging.AddProvider(log) });
        await Server.StartAsync(app, CancellationToken.None);
        string code = app.Services.GetRequiredService<SetupCode>().Text;
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(app.Urls.First()) };
        using var key = new StringContent("""{"name":"station 4","permissions":"predict"}""", Encoding.UTF8, "application/json");
        Assert.Equal(0, log.Count(code));
        Assert.Equal(HttpStatusCode.Created, (await browser.PostAsync(Path("/api/keys"), key)).StatusCode);   // the server is not open any more, and nobody has an account
        await log.UntilAsync(code);
        await Task.Delay(1200);
        Assert.Equal(1, log.Count(code));

        Assert.Equal(HttpStatusCode.Redirect, await SetUpAsync(browser, code, "a long password", "a long password"));
        Assert.Equal(HttpStatusCode.NoContent, (await browser.DeleteAsync(Path("/api/users/anna"))).StatusCode);
        await log.UntilAsync(code, times: 2);
    }

    static async Task<HttpStatusCode> SetUpAsync(HttpClient browser, string code, string password, string again)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["code"] = code, ["account"] = "anna", ["password"] = password, ["again"] = again });
        return (await browser.PostAsync(Path("/setup"), form)).StatusCode;
    }

    /// <summary>A browser whose user trusts the certificate that Takt made.</summary>
    static HttpClient Browser(WebApplication app) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, CookieContainer = new CookieContainer(),
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == $"CN={Environment.MachineName}" },
    })
    {
        BaseAddress = new UriBuilder(app.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)).Uri,
        DefaultRequestHeaders = { { "Accept", "text/html" } },
    };

    static Uri Path(string path) => new(path, UriKind.Relative);
}
