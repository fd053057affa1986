using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Tests.Serving;

namespace Takt.EndToEnd.Access;

/// <summary>The real server with people and keys.</summary>
public sealed class GuardedServer : IAsyncLifetime
{
    public const string Password = "korrekt pferd batterie";

    readonly string _home = Directory.CreateTempSubdirectory("takt-guarded-").FullName;

    public WebApplication App { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    internal ModelRegistry Registry => App.Services.GetRequiredService<ModelRegistry>();

    /// <summary>Keys by what they are for.</summary>
    public Dictionary<string, string> Keys { get; } = [];

    public async Task InitializeAsync()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        foreach (string role in PermissionNames.Roles) registry.Accounts.Add(role, Password, PermissionNames.ParseRole(role));
        Keys["read"] = registry.Keys.Create("reads", Permissions.Read, ModelPatterns.Every).Text;
        Keys["predict"] = registry.Keys.Create("predicts", Permissions.Predict, ModelPatterns.Every).Text;
        Keys["press only"] = registry.Keys.Create("predicts press", Permissions.Predict, ModelPatterns.Parse("press")).Text;
        Keys["oven only"] = registry.Keys.Create("predicts oven", Permissions.Predict, ModelPatterns.Parse("oven*")).Text;
        Keys["manage"] = registry.Keys.Create("manages", Permissions.Manage, ModelPatterns.Every).Text;
        Keys["administer"] = registry.Keys.Create("administers", Permissions.Administer, ModelPatterns.Every).Text;
        Keys["administers press"] = await OldScopedAdministratorAsync(registry);
        Keys["three a minute"] = registry.Keys.Create("slow", Permissions.Read, ModelPatterns.Every, perMinute: 3).Text;
        Keys["expired"] = registry.Keys.Create("old", Permissions.Read, ModelPatterns.Every, TimeSpan.FromTicks(1)).Text;
        App = Server.Build(new ServerOptions
        {
            Home = _home,
            Urls = ["http://127.0.0.1:0"],
            Compose = builder =>
            {
                builder.Services.AddSingleton<IModelCatalog>(new MemoryCatalog().Add("press", 1, "2").Alias("press", "champion", 1));
                builder.Services.AddSingleton<IModelBackend>(new ArithmeticBackend());
            },
        });
        await Server.StartAsync(App, CancellationToken.None);
        Address = new Uri(App.Urls.First());
    }

    /// <summary>A key such as could once be made: it may administer, for one model. The registry refuses to make one.</summary>
    async Task<string> OldScopedAdministratorAsync(ModelRegistry registry)
    {
        var (key, text) = registry.Keys.Create("administers press", Permissions.Manage, ModelPatterns.Parse("press"));
        await using var db = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_home, "registry.db")};Pooling=false");
        await db.OpenAsync();
        await using var change = db.CreateCommand();
        (change.CommandText, _) = ("update api_key set permissions = 'manage administer' where id = $id", change.Parameters.AddWithValue("$id", key.Id));
        await change.ExecuteNonQueryAsync();
        return text;
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    /// <summary>A browser: it keeps cookies and does not follow redirects, so that they can be seen.</summary>
    public HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { { "Accept", "text/html" } },
    };

    /// <summary>Signs a browser in.</summary>
    public async Task<HttpClient> SignedInAsync(string account)
    {
        var browser = Browser();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["account"] = account, ["password"] = Password, ["back"] = "/models" });
        var answer = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        Assert.Equal((HttpStatusCode.Redirect, "/models"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        return browser;
    }

    /// <summary>One call of a program.</summary>
    /// <param name="method">GET or POST.</param>
    /// <param name="path">Where.</param>
    /// <param name="key">Which of <see cref="Keys"/>, another text as it stands, or null for none.</param>
    /// <param name="body">JSON, or null.</param>
    public async Task<HttpResponseMessage> CallAsync(string method, string path, string? key, string? body = null)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null) request.Headers.Add("Authorization", $"Bearer {Keys.GetValueOrDefault(key, key)}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await http.SendAsync(request);
    }
}
