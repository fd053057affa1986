using System.CommandLine;
using Takt.Load;

var url = new Option<Uri>("--url") { Description = "The server", DefaultValueFactory = _ => new Uri("http://127.0.0.1:7070"), CustomParser = given => new Uri(given.Tokens[0].Value) };
var path = new Option<string>("--path") { Description = "What to ask, for example /v2/models/press/infer", Required = true };
var body = new Option<FileInfo?>("--body") { Description = "File that is posted; without it the path is read with GET" };
var type = new Option<string>("--type") { Description = "Its Content-Type", DefaultValueFactory = _ => "application/json" };
var header = new Option<string[]>("--header") { Description = "One more header, as 'Name: value'", DefaultValueFactory = _ => [] };
var grpc = new Option<bool>("--grpc") { Description = "The path is a gRPC method and the file its message in protobuf's form" };
var rate = new Option<double>("--rate") { Description = "Requests a second, whether or not the server keeps up; 0 = as many as it answers" };
var ramp = new Option<double?>("--ramp") { Description = "Rise evenly to this many requests a second by the end" };
var seconds = new Option<double>("--seconds") { Description = "How long", DefaultValueFactory = _ => 10 };
var warm = new Option<double>("--warm") { Description = "Seconds before that, which are not counted", DefaultValueFactory = _ => 2 };
var connections = new Option<int>("--connections") { Description = "Connections; requests that find all of them taken wait here, and that counts", DefaultValueFactory = _ => 64 };
var calls = new Option<int>("--calls") { Description = "Calls under way at once on each connection; only gRPC can have more than one", DefaultValueFactory = _ => 1 };
var windows = new Option<string[]>("--window") { Description = "Also tell what came from second A to B, as A-B", DefaultValueFactory = _ => [] };
var json = new Option<bool>("--json") { Description = "One JSON document instead of a table" };

var root = new RootCommand("Asks a server at a given rate and tells how it fares. Latency counts from the moment a request was due, so that queueing shows.")
{
    url, path, body, type, header, grpc, rate, ramp, seconds, warm, connections, calls, windows, json,
};
root.Validators.Add(parsed =>
{
    if (parsed.GetValue(calls) > 1 && !parsed.GetValue(grpc)) parsed.AddError("HTTP/1.1 answers one call at a time on a connection: --calls needs --grpc");
});
root.SetAction(async (parsed, stop) =>
{
    var file = parsed.GetValue(body);
    byte[]? content = file is null ? null : await File.ReadAllBytesAsync(file.FullName, stop);
    var server = parsed.GetRequiredValue(url);
    string asked = parsed.GetRequiredValue(path);
    byte[] request = HttpConnection.Request(server, asked, content, parsed.GetRequiredValue(type), parsed.GetRequiredValue(header));
    Func<Connection> connect = parsed.GetValue(grpc) ? () => new GrpcConnection(server, asked, content ?? []) : () => new HttpConnection(server, request);
    var arrivals = new Arrivals(parsed.GetValue(rate), parsed.GetValue(ramp), parsed.GetValue(warm), parsed.GetValue(seconds));
    var all = Enumerable.Range(0, parsed.GetValue(connections)).Select(_ => connect()).ToArray();
    var results = new LoadRun(all, parsed.GetValue(calls), arrivals).Run(stop);
    foreach (var connection in all) connection.Dispose();
    var report = new Report(results, arrivals, [.. parsed.GetRequiredValue(windows).Select(Report.ReadWindow)]);
    Console.WriteLine(parsed.GetValue(json) ? report.ToJson() : report.ToText());
    return 0;
});
return await root.Parse(args).InvokeAsync();
