using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Takt.Access;
using Takt.EndToEnd.Doors;
using Takt.EndToEnd.Program;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Tests.Serving;

namespace Takt.EndToEnd.Access;

/// <summary>The plant's own certificate, in each form that it may come in, before clients that check it.</summary>
public sealed class CertificateTests : IDisposable
{
    const string Password = "korrekt pferd batterie";

    readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("plant.pfx", null, null)]
    [InlineData("locked.p12", null, "password.txt")]
    [InlineData("plant.crt", "plant.key", null)]
    [InlineData("plant.crt", "locked.key", "password.txt")]
    [InlineData("whole.pem", null, null)]
    public async Task One_port_speaks_HTTP_and_gRPC_under_the_plants_certificate(string file, string? keyFile, string? passwordFile)
    {
        string trusted = WriteFiles();
        using var certificate = Certificates.Read(_folder[file], keyFile is null ? null : _folder[keyFile], passwordFile is null ? null : _folder[passwordFile]);
        await using var app = Server.Build(new ServerOptions
        {
            Home = _folder["home"], Urls = ["https://127.0.0.1:0"], Certificate = certificate,
            Compose = builder =>
            {
                builder.Services.AddSingleton<IModelCatalog>(new MemoryCatalog().Add("press", 1, "2"));
                builder.Services.AddSingleton<IModelBackend>(new ArithmeticBackend());
            },
        });
        await Server.StartAsync(app, CancellationToken.None);
        var address = new Uri(Assert.Single(app.Urls));

        var (status, answer) = await Curl.PostAsync(new Uri(address, "/v2/models/press/infer"),
            """{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP64","data":[3]},{"name":"y","shape":[1,1],"datatype":"FP32","data":[1]}]}""", "--cacert", _folder["plant.crt"]);
        Assert.Equal((200, "press"), (status, answer!["model_name"]!.GetValue<string>()));
        var calls = new JsonArray(new JsonObject
        {
            ["method"] = "ModelInfer", ["ca"] = trusted,
            ["request"] = JsonNode.Parse("""{"model_name":"press","inputs":[{"name":"x","datatype":"FP64","shape":[1,1],"contents":{"fp64_contents":[3]}},{"name":"y","datatype":"FP32","shape":[1,1],"contents":{"fp32_contents":[1]}}]}"""),
        });
        Assert.Equal("1", (await GrpcClient.CallAsync(address.Authority, calls.ToJsonString()))[0]!["answer"]!["model_version"]!.GetValue<string>());

        // Whoever does not trust the plant's certificate speaks to nobody.
        using var stranger = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(new Uri(address, "/health/live")));
    }

    [Fact]
    public async Task The_program_serves_with_the_certificate_that_its_flags_name()
    {
        WriteFiles();
        using var program = TaktProgram.Start(_folder.Path, "serve", "--urls", "https://127.0.0.1:0", "--home", "home", "--certificate", "plant.crt", "--certificate-key", "locked.key", "--certificate-password", "password.txt");
        await program.UntilAsync(p => p.Error.Contains("Takt serves at https://", StringComparison.Ordinal), "the server listens");
        string url = program.Error.Split("Takt serves at ")[1].Split('\n', '\r', ' ')[0];
        var (status, _) = await Curl.PostAsync(new Uri($"{url}/v2/repository/index"), "{}", "--cacert", _folder["plant.crt"]);
        Assert.Equal(200, status);
    }

    [Theory]
    [InlineData("nothing.pfx", null, null, "no file")]
    [InlineData("locked.p12", null, null, "cannot be read as a certificate")]
    [InlineData("locked.p12", null, "plant.crt", "cannot be read as a certificate")]
    [InlineData("plant.crt", null, null, "cannot be read as a certificate")]
    [InlineData("public.pfx", null, null, "no private key")]
    [InlineData("plant.crt", "other.key", null, "cannot be read as a certificate")]
    [InlineData("password.txt", null, null, "cannot be read as a certificate")]
    public void A_certificate_that_cannot_serve_is_refused_with_the_reason(string file, string? keyFile, string? passwordFile, string expected)
    {
        WriteFiles();
        var wrong = Assert.Throws<InputException>(() => Certificates.Read(_folder[file], keyFile is null ? null : _folder[keyFile], passwordFile is null ? null : _folder[passwordFile]));
        Assert.Contains(expected, wrong.Message);
    }

    /// <summary>The same certificate in every form.</summary>
    /// <returns>What clients are to trust, PEM.</returns>
    string WriteFiles()
    {
        using var key = RSA.Create(2048);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=plant", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        string pem = made.ExportCertificatePem(), keyPem = key.ExportPkcs8PrivateKeyPem();
        File.WriteAllBytes(_folder["plant.pfx"], made.Export(X509ContentType.Pfx));
        File.WriteAllBytes(_folder["locked.p12"], made.Export(X509ContentType.Pfx, Password));
        using (var open = X509CertificateLoader.LoadCertificate(made.RawData)) File.WriteAllBytes(_folder["public.pfx"], open.Export(X509ContentType.Pfx));
        _folder.Write("password.txt", Password + "\n");
        _folder.Write("plant.crt", pem);
        _folder.Write("plant.key", keyPem);
        _folder.Write("locked.key", key.ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000)));
        _folder.Write("other.key", other.ExportPkcs8PrivateKeyPem());
        _folder.Write("whole.pem", $"{keyPem}\n{pem}\n");
        return pem;
    }
}
