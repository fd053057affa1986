using System.Net;
using Takt.Monitoring.Tests.Monitors;
using Takt.Serving.Planes;

namespace Takt.Monitoring.Tests.Web;

/// <summary>The page of people and keys.</summary>
public sealed class UserPagesTests : PagesTest
{
    private protected override Task<DataPlane> FurnishAsync() => Task.FromResult(Model.Plane());

    [Fact]
    public async Task Everything_wrong_with_a_key_is_told_at_once_and_what_was_written_stays()
    {
        var response = await PostAsync("/keys/create", ("name", "station 4"), ("permissions", "predict read dance"), ("models", "press"), ("days", "soon"), ("per-minute", "-3"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        string page = await ReadAsync(response);
        Assert.Contains("permission 'dance'", page);
        Assert.Contains("days 'soon'", page);
        Assert.Contains("per minute '-3'", page);
        Assert.Matches("name=\"name\" value=\"station 4\"", page);
        Assert.Matches("name=\"models\" value=\"press\"", page);
        Assert.Matches("name=\"days\"[^>]* value=\"soon\"", page);
        Assert.Empty(Registry.Keys.List());
    }

    [Fact]
    public async Task A_refused_account_keeps_its_name_and_role_and_no_password()
    {
        string page = await ReadAsync(await PostAsync("/users/add", ("account", "berta"), ("password", "short one"), ("role", "engineer")));
        Assert.Contains("name=\"account\" value=\"berta\"", page);
        Assert.Matches("value=\"engineer\" selected", page);
        Assert.DoesNotContain("short one", page);
    }

    [Fact]
    public async Task Somebody_gets_another_role_and_password_on_the_page()
    {
        Registry.Accounts.Add("anna", "korrekt pferd", Takt.Registry.Access.Role.Admin);
        Registry.Accounts.Add("berta", "korrekt pferd", Takt.Registry.Access.Role.Viewer);
        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync("/users/change", ("person", "berta"), ("role", "engineer"), ("password", ""))).StatusCode);
        Assert.Equal(Takt.Registry.Access.Role.Engineer, Registry.Accounts.SignIn("berta", "korrekt pferd")?.Role);
        await PostAsync("/users/change", ("person", "berta"), ("role", "engineer"), ("password", "batterie klammer"));
        Assert.NotNull(Registry.Accounts.SignIn("berta", "batterie klammer"));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/users/change", ("person", "anna"), ("role", "viewer"), ("password", ""))).StatusCode);   // the last admin
    }

    [Fact]
    public async Task Taking_a_key_back_is_confirmed_in_words()
    {
        string id = Registry.Keys.Create("station 4", Takt.Registry.Access.Permissions.Predict, Takt.Registry.Access.ModelPatterns.Every).Key.Id;
        Assert.Contains("Programs that send the key “station 4” are refused from now on", await GetAsync("/users"));
        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync("/keys/revoke", ("key", id))).StatusCode);
        Assert.NotNull(Registry.Keys.List().Single().RevokedAt);
    }
}
