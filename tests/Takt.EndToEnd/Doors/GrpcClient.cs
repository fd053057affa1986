using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Takt.EndToEnd.Doors;

/// <summary>Node's gRPC client: an independent implementation that reads our proto files and speaks to the server.</summary>
static class GrpcClient
{
    const string Script = """
        const [modules, protos, address, file] = process.argv.slice(1), fs = require('fs');
        const grpc = require(modules + '/@grpc/grpc-js'), loader = require(modules + '/@grpc/proto-loader');
        const load = name => grpc.loadPackageDefinition(loader.loadSync(protos + '/' + name, { keepCase: true, longs: Number, enums: String, bytes: Buffer, defaults: true, oneofs: true }));
        const inference = load('OpenInference/open_inference.proto').inference, health = load('Health/health.proto').grpc.health.v1, reflection = load('Reflection/reflection.proto').grpc.reflection.v1;
        const services = { inference: inference.GRPCInferenceService, health: health.Health, reflection: reflection.ServerReflection };
        const revive = (_, value) => value && value.base64 !== undefined ? Buffer.from(value.base64, 'base64') : value;
        const show = (_, value) => value && value.type === 'Buffer' ? { base64: Buffer.from(value.data).toString('base64') } : value;
        const failure = error => ({ code: error.code, details: error.details });
        const one = (client, call) => new Promise(done => {
          const metadata = new grpc.Metadata();
          for (const [name, value] of Object.entries(call.metadata ?? {})) metadata.set(name, value);
          const options = call.timeoutMs ? { deadline: Date.now() + call.timeoutMs } : {};
          if (!call.messages) return client[call.method](call.request ?? {}, metadata, options, (error, answer) => done(error ? failure(error) : { answer }));
          const answers = [], stream = client[call.method](metadata, options);
          let over = false;
          const end = result => { over = true; done({ answers, ...result }); };
          stream.on('data', answer => answers.push(answer)).on('error', error => end(failure(error))).on('end', () => end({}));
          (async () => {
            for (const message of call.messages) {
              if (over) return;
              stream.write(message);
              if (call.pauseMs) await new Promise(go => setTimeout(go, call.pauseMs));
            }
            stream.end();
          })();
        });
        (async () => {
          const results = [];
          for (const call of JSON.parse(fs.readFileSync(file), revive)) {
            const compression = call.compression ? { 'grpc.default_compression_algorithm': call.compression } : {};
            const client = new services[call.service ?? 'inference'](address, call.ca ? grpc.credentials.createSsl(Buffer.from(call.ca)) : grpc.credentials.createInsecure(), compression);
            results.push(await one(client, call));
            client.close();
          }
          console.log(JSON.stringify(results, show));
        })();
        """;

    /// <summary>Makes calls one after the other.</summary>
    /// <param name="address">Host and port.</param>
    /// <param name="calls">
    /// <c>[{service?, method, request | messages, metadata?, timeoutMs?, compression?, pauseMs?, ca?}]</c>: a pause between the messages of a stream, the certificate to trust (PEM) where the address is encrypted; bytes as <c>{"base64": …}</c>.
    /// </param>
    /// <returns>For each <c>{answer}</c>, <c>{answers}</c> or <c>{code, details}</c>.</returns>
    public static async Task<JsonArray> CallAsync(string address, string calls)
    {
        string root = Root(), file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, calls);
            using var node = Process.Start(new ProcessStartInfo("node")
            {
                ArgumentList = { "-e", Script, Path.Combine(root, "eng", "peers", "node_modules"), Path.Combine(root, "src", "Takt.Protocols"), address, file },
                RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            })!;
            var errors = node.StandardError.ReadToEndAsync();
            string output = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            Assert.True(node.ExitCode == 0, await errors);
            return JsonNode.Parse(output)!.AsArray();
        }
        finally
        {
            File.Delete(file);
        }
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Takt.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
