using System.Net;
using Microsoft.AspNetCore.Builder;
using Takt.Monitoring.Tests.Monitors;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Serving.Planes;

namespace Takt.Monitoring.Tests.Web;

/// <summary>Pages over a real registry and a real data plane, asked as a browser without scripts asks.</summary>
public abstract class PagesTest : IAsyncLifetime, IDisposable
{
    private protected static Caller Viewer { get; } = new("user:vera", PermissionNames.Of(Role.Viewer), ModelPatterns.Every);

    private protected string Home { get; } = Directory.CreateTempSubdirectory("takt-pages-").FullName;
    private protected FakeModel Model { get; } = new() { Probability = 0.9 };
    private protected HttpClient Browser { get; } = new(new HttpClientHandler { AllowAutoRedirect = false });
    private protected ModelRegistry Registry { get; private set; } = null!;
    private protected DataPlane Plane { get; private set; } = null!;
    private protected WebApplication App { get; private set; } = null!;

    /// <summary>Who visits.</summary>
    private protected Caller Visitor { get; set; } = Caller.Anyone;

    public async Task InitializeAsync()
    {
        Registry = ModelRegistry.Open(Home, TimeProvider.System);
        Plane = await FurnishAsync();
        App = await PagesHost.StartAsync(Registry, Plane, () => Visitor);
        Browser.BaseAddress = new Uri(App.Urls.First());
        await BeginAsync();
    }

    public virtual async Task DisposeAsync() => await App.DisposeAsync();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Browser.Dispose();
        Model.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Home, recursive: true);
    }

    /// <summary>Registers what the pages are to show.</summary>
    private protected abstract Task<DataPlane> FurnishAsync();

    /// <summary>Begins what goes on while they are looked at.</summary>
    private protected virtual Task BeginAsync() => Task.CompletedTask;

    private protected async Task<string> GetAsync(string address, string language = "en")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept-Language", language);
        using var response = await Browser.SendAsync(request);
        string page = await ReadAsync(response);
        Assert.True(response.IsSuccessStatusCode, page);
        return page;
    }

    private protected Task<HttpResponseMessage> PostAsync(string address, params (string Key, string Value)[] fields) =>
        Browser.PostAsync(new Uri(address, UriKind.Relative), new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Key, field.Value))));

    private protected static async Task<string> ReadAsync(HttpResponseMessage response) => WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
}
