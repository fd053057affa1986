using System.Globalization;
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
        return Do(() => registry.Accounts.Add(form["account"].ToString().Trim(), form["password"].ToString(), PermissionNames.ParseRole(form["role"].ToString())));
    }

    public static async Task<IResult> RemoveAsync(HttpRequest request, ModelRegistry registry, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return Do(() => registry.Accounts.Remove(form["account"].ToString()));
    }

    public static async Task<IResult> CreateKeyAsync(HttpRequest request, ModelRegistry registry, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        try
        {
            int? days = Number(form["days"].ToString(), "days"), perMinute = Number(form["per-minute"].ToString(), "requests a minute");
            var (_, text) = registry.Keys.Create(
                form["name"].ToString(), PermissionNames.ParsePermissions(form["permissions"].ToString()), ModelPatterns.Parse(form["models"].ToString()),
                days is { } lifetime ? TimeSpan.FromDays(lifetime) : null, perMinute);
            return Page(text, []);   // not a redirect: the key can be shown this once only
        }
        catch (InputException wrong)
        {
            return Page(null, wrong.Problems);
        }
    }

    public static async Task<IResult> RevokeKeyAsync(HttpRequest request, ModelRegistry registry, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return Do(() => registry.Keys.Revoke(form["key"].ToString()));
    }

    static IResult Do(Action change)
    {
        try
        {
            change();
            return Results.Redirect("/users");
        }
        catch (InputException wrong)
        {
            return Page(null, wrong.Problems);
        }
    }

    static int? Number(string text, string what) =>
        string.IsNullOrWhiteSpace(text) ? null
        : int.TryParse(text, CultureInfo.InvariantCulture, out int number) ? number
        : throw new InputException($"'{text}' {what}", "a whole number");

    static RazorComponentResult<UsersPage> Page(string? newKey, IReadOnlyList<Problem> problems) => new(
        new Dictionary<string, object?> { [nameof(UsersPage.NewKey)] = newKey, [nameof(UsersPage.Problems)] = problems.Select(p => p.ToString()).ToList() })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest };
}
