using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Web.Reading;

namespace Takt.Web.Pages;

/// <summary>What the forms of the users page do. Each answers with the page, so that it works without a script.</summary>
static class UserPages
{
    public static RazorComponentResult<UsersPage> Show() => Page(null, []);

    public static async Task<IResult> AddAsync(HttpRequest request, ModelRegistry registry, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return Do(form, () =>
        {
            var read = new FormReader(form);
            var role = read.Read("role", PermissionNames.ParseRole);
            read.ThrowIfWrong();
            registry.Accounts.Add(form["account"].ToString().Trim(), form["password"].ToString(), role);
        });
    }

    /// <summary>Gives somebody another role, another password, or both.</summary>
    public static async Task<IResult> ChangeAsync(HttpRequest request, ModelRegistry registry, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return Do(null, () =>
        {
            var read = new FormReader(form);
            var role = read.Read("role", PermissionNames.ParseRole);
            read.ThrowIfWrong();
            string name = form["person"].ToString(), password = form["password"].ToString();
            if (password.Length > 0) registry.Accounts.ChangePassword(name, password);
            if (registry.Accounts.List().FirstOrDefault(account => account.Name == name)?.Role != role) registry.Accounts.ChangeRole(name, role);
        });
    }

    public static async Task<IResult> RemoveAsync(HttpRequest request, ModelRegistry registry, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return Do(null, () => registry.Accounts.Remove(form["account"].ToString()));
    }

    public static async Task<IResult> CreateKeyAsync(HttpRequest request, ModelRegistry registry, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        try
        {
            var read = new FormReader(form);
            var permissions = read.Read("permissions", PermissionNames.ParsePermissions);
            var models = read.Read("models", ModelPatterns.Parse);
            int? days = read.WholeOrNone("days"), perMinute = read.WholeOrNone("per-minute");
            read.ThrowIfWrong();
            var (_, text) = registry.Keys.Create(form["name"].ToString(), permissions, models!, days is { } lifetime ? TimeSpan.FromDays(lifetime) : null, perMinute);
            return Page(text, []);   // not a redirect: the key can be shown this once only
        }
        catch (InputException wrong)
        {
            return Page(null, wrong.Problems, form);
        }
    }

    public static async Task<IResult> RevokeKeyAsync(HttpRequest request, ModelRegistry registry, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return Do(null, () => registry.Keys.Revoke(form["key"].ToString()));
    }

    static IResult Do(IFormCollection? form, Action change)
    {
        try
        {
            change();
            return Results.Redirect("/users");
        }
        catch (InputException wrong)
        {
            return Page(null, wrong.Problems, form);
        }
    }

    static RazorComponentResult<UsersPage> Page(string? newKey, IReadOnlyList<Problem> problems, IFormCollection? written = null) => new(new Dictionary<string, object?>
    {
        [nameof(UsersPage.NewKey)] = newKey, [nameof(UsersPage.Problems)] = problems.Select(p => p.ToString()).ToList(), [nameof(UsersPage.Written)] = written,
    })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest };
}
