using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Takt.Protocols.Health;
using Takt.Protocols.OpenInference.Grpc;
using Takt.Protocols.Reflection;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Tests.Serving;
using Status = Takt.Protocols.Health.HealthCheckResponse.Types.ServingStatus;

namespace Takt.EndToEnd.Doors;

/// <summary>Streams over gRPC that wait for their caller do not hold up the end of the server, and are told of it.</summary>
public sealed class StoppingTests : IAsyncLifetime
{
    /// <summary>What a stop may take at most; one that is held up would take all of it.</summary>
    static readonly TimeSpan s_most = TimeSpan.FromMinutes(5);

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    readonly string _home = Directory.CreateTempSubdirectory("takt-stopping-").FullName;
    WebApplication _app = null!;
    HttpClient Http { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _app = Server.Build(new ServerOptions
        {
            Home = _home,
            Urls = ["http://127.0.0.1:0"],
            ShutdownTimeout = s_most,
            Compose = builder =>
            {
                builder.Services.AddSingleton<IModelCatalog>(new MemoryCatalog().Add("press", 1, "2"));
                builder.Services.AddSingleton<IModelBackend>(new ArithmeticBackend());
            },
        });
        await Server.StartAsync(_app, CancellationToken.None);
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.Last()) };
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task A_watch_is_told_that_nothing_is_served_any_more_and_ends()
    {
        using var watch = await Conversation.BeginAsync(Http, "/grpc.health.v1.Health/Watch");
        await watch.SayAsync(new HealthCheckRequest { Service = "inference.GRPCInferenceService" });
        Assert.Equal(Status.Serving, (await watch.HearAsync(HealthCheckResponse.Parser))!.Status);
        using var stranger = await Conversation.BeginAsync(Http, "/grpc.health.v1.Health/Watch");
        await stranger.SayAsync(new HealthCheckRequest { Service = "nobody" });
        Assert.Equal(Status.ServiceUnknown, (await stranger.HearAsync(HealthCheckResponse.Parser))!.Status);

        var stopping = _app.StopAsync();
        Assert.Equal(Status.NotServing, (await watch.HearAsync(HealthCheckResponse.Parser))!.Status);
        Assert.Null(await watch.HearAsync(HealthCheckResponse.Parser));
        Assert.Null(await stranger.HearAsync(HealthCheckResponse.Parser));
        Assert.Equal(("0", "0"), (watch.Ending, stranger.Ending));
        await stopping.WaitAsync(s_patience);
    }

    [Theory]
    [InlineData("/inference.GRPCInferenceService/ModelStreamInfer")]
    [InlineData("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    [InlineData("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")]
    public async Task A_stream_that_waits_for_its_next_message_ends_as_unavailable(string path)
    {
        using var stream = await Conversation.BeginAsync(Http, path);
        if (path.StartsWith("/inference", StringComparison.Ordinal))
        {
            await stream.SayAsync(new ModelInferRequest { ModelName = "nobody", Id = "r-1" });
            Assert.Equal("r-1", (await stream.HearAsync(ModelStreamInferResponse.Parser))!.InferResponse.Id);
        }
        else
        {
            await stream.SayAsync(new ServerReflectionRequest { ListServices = "" });
            Assert.Contains("inference.GRPCInferenceService", (await stream.HearAsync(ServerReflectionResponse.Parser))!.ListServicesResponse.Service.Select(s => s.Name));
        }

        var stopping = _app.StopAsync();
        Assert.Null(await stream.HearAsync(ModelStreamInferResponse.Parser));
        Assert.True(stream.Ending is "14" or null, stream.Ending); // null: the connection ended first, which gRPC's clients take for the same
        await stopping.WaitAsync(s_patience);
    }

    [Fact]
    public async Task A_stream_that_has_said_nothing_yet_ends_as_well()
    {
        var begun = Conversation.BeginAsync(Http, "/inference.GRPCInferenceService/ModelStreamInfer");
        await Task.Delay(200); // there is nothing to be seen from outside
        var stopping = _app.StopAsync();
        using var stream = await begun;
        Assert.Null(await stream.HearAsync(ModelStreamInferResponse.Parser));
        Assert.True(stream.Ending is "14" or null, stream.Ending); // null: the connection ended first, which gRPC's clients take for the same
        await stopping.WaitAsync(s_patience);
    }

    /// <summary>A call over gRPC whose two sides speak in turn.</summary>
    sealed class Conversation : HttpContent
    {
        readonly TaskCompletionSource<Stream> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<HttpResponseMessage> _answer = null!;
        Stream? _heard;

        Conversation() => Headers.ContentType = MediaTypeHeaderValue.Parse("application/grpc");

        /// <summary>The status in the trailers, or in the headers of an answer without messages.</summary>
        public string? Ending => _answer.IsCompletedSuccessfully && _answer.Result is var answer && (answer.TrailingHeaders.TryGetValues("grpc-status", out var values) || answer.Headers.TryGetValues("grpc-status", out values)) ? values.Single() : null;

        public static async Task<Conversation> BeginAsync(HttpClient http, string path)
        {
            var call = new Conversation();
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = call };
            call._answer = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await call._said.Task;
            return call;
        }

        public async Task SayAsync(IMessage message)
        {
            byte[] bytes = message.ToByteArray(), framed = new byte[5 + bytes.Length];
            BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), bytes.Length);
            bytes.CopyTo(framed, 5);
            var said = await _said.Task;
            await said.WriteAsync(framed);
            await said.FlushAsync();
        }

        /// <summary>The next message; null after the last.</summary>
        public async Task<T?> HearAsync<T>(MessageParser<T> parser) where T : class, IMessage<T>
        {
            using var late = new CancellationTokenSource(s_patience);
            byte[] prefix = new byte[5];
            try
            {
                _heard ??= await (await _answer.WaitAsync(late.Token)).Content.ReadAsStreamAsync(late.Token);
                if (await _heard.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, late.Token) < prefix.Length) return End();
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                return End();
            }

            byte[] message = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
            await _heard.ReadExactlyAsync(message, late.Token);
            return parser.ParseFrom(message);

            // Who has heard the end says no more, as every client of gRPC does.
            T? End()
            {
                _end.TrySetResult();
                return null;
            }
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            _said.SetResult(stream);
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _end.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
