using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Takt.Protocols.Health;
using Takt.Protocols.OpenInference.Grpc;

namespace Takt.EndToEnd.Malformed;

/// <summary>Good requests through each door, to be damaged. What changes the server's state is done to the model <c>spare</c>, which nobody asks for answers.</summary>
static class GoodRequests
{
    const string Row = """{"Torque":51.5,"Grade":"L","Cooled":true}""";

    /// <summary>Who may sign in.</summary>
    public const string Account = "ines", Password = "korrekt pferd batterie";

    static readonly byte[] s_numbers = MemoryMarshal.AsBytes<float>([1.5f, -2, 3, 0.5f, 4, 5]).ToArray(), s_words = [1, 0, 0, 0, 97, 2, 0, 0, 0, 0xC3, 0xBC];

    /// <summary>A call that is written down, so that there is one to look at and to replay.</summary>
    public static WireRequest Written { get; } = WireRequest.Json("/api/models/written/predict", $$"""{"rows":[{{Row}}]}""");

    /// <summary>Over HTTP/1.1.</summary>
    public static WireRequest[] Http { get; } =
    [
        WireRequest.Json("/v2/models/press/infer", """{"id":"r-1","parameters":{"station":"a","priority":1},"inputs":[{"name":"Torque","shape":[2],"datatype":"FP64","data":[51.5,33.1]},{"name":"Grade","shape":[2,1],"datatype":"BYTES","data":[["L"],["M"]]},{"name":"Cooled","shape":[2],"datatype":"FP64","data":[1,0]}],"outputs":[{"name":"probability","parameters":{"classification":1}},{"name":"value"}]}"""),
        WireRequest.Json("/v2/models/dense/infer", """{"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[[1,2,3],[4,5,6]]}]}"""),
        WireRequest.Json("/v2/models/mixed/versions/1/infer", """{"inputs":[{"name":"tokens","shape":[1,2],"datatype":"INT64","data":[3,9]},{"name":"places","shape":[3],"datatype":"BYTES","data":["a","b","ü"]}],"outputs":[{"name":"same"}]}"""),
        WireRequest.Binary("/v2/models/dense/infer", """{"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","parameters":{"binary_data_size":24}}],"outputs":[{"name":"y","parameters":{"binary_data":true}}]}""", s_numbers),
        WireRequest.Binary("/v2/models/mixed/infer", """{"inputs":[{"name":"tokens","shape":[1,1],"datatype":"INT64","parameters":{"binary_data_size":8}},{"name":"places","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":11}}],"parameters":{"binary_data_output":true}}""", [5, 0, 0, 0, 0, 0, 0, 0, .. s_words]),
        new("POST", "/v2/models/dense/infer", s_numbers[..12]) { Headers = [("Content-Type", "application/octet-stream"), ("Inference-Header-Content-Length", "0")] },
        WireRequest.Json("/v1/models/dense:predict", """{"signature_name":"serving_default","instances":[[1,2,3],[4,5,6]]}"""),
        WireRequest.Json("/v1/models/mixed/versions/1:predict", """{"inputs":{"tokens":[[3,9]],"places":["a",{"b64":"w7w="}]}}"""),
        WireRequest.Json("/v1/models/press:classify", $$"""{"context":{"Grade":"L"},"examples":[{"Torque":[51.5],"Cooled":true},{{Row}}]}"""),
        WireRequest.Json("/v1/models/wear/labels/champion:regress", $$"""{"examples":[{{string.Join(',', Enumerable.Range(0, 5).Select(i => $$"""{"Torque":{{40 + i}},"Grade":"L","Cooled":true,"Cycle":{{i}}}"""))}}]}"""),
        WireRequest.Json("/invocations?model=press", """{"dataframe_split":{"columns":["Torque","Grade","Cooled"],"data":[[51.5,"L",true],[33.1,"M",false]]}}"""),
        WireRequest.Json("/invocations?model=press", $$"""{"dataframe_records":[{{Row}},{{Row}}]}"""),
        WireRequest.Json("/invocations?model=dense", """{"inputs":{"x":[[1,2,3]]}}"""),
        new("POST", "/invocations", Encoding.UTF8.GetBytes("Torque,Grade,Cooled\n51.5,L,true\n33.1,M,false\n")) { Headers = [("Content-Type", "text/csv"), ("X-Amzn-SageMaker-Target-Model", "press")] },
        WireRequest.Json("/api/models/press/predict?explain=1", $$"""{"rows":[{{Row}},{{Row}}],"onError":"skip","parameters":{"station":"a"},"priority":2}"""),
        WireRequest.Json("/api/models/wear/predict", $$"""{"rows":[{{string.Join(',', Enumerable.Range(0, 6).Select(i => $$"""{"Torque [Nm]":{{40 + i}},"Grade":"L","Cooled":true,"Cycle":{{i}}}"""))}}]}"""),
        WireRequest.Json("/api/models/press:explain", $$"""{"rows":[{{Row}},{{Row}}],"onError":"skip","method":"auto","parameters":{"station":"a"},"priority":2}"""),
        WireRequest.Json("/api/models/dense:1:explain", """{"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[[1,2,3],[4,5,6]]}],"baseline":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[0,0,0,1,1,1]}],"output":"y","index":0,"method":"integrated-gradients"}"""),
        WireRequest.Json("/api/models/dense:explain", """{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}],"baseline":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[0,0,0]}],"method":"occlusion"}"""),
        WireRequest.Json("/v2/models/spare/trace/setting", """{"trace_rate":"5","trace_count":"-1","log_frequency":"0"}"""),
        WireRequest.Json("/v2/repository/index", """{"ready":true}"""),
        WireRequest.Json("/v2/repository/models/spare/load", """{"parameters":{"later":true}}"""),
        WireRequest.Json("/v2/repository/models/spare/unload", """{"parameters":{"unload_dependents":true}}"""),
        WireRequest.Json("/v2/models/writer/generate", """{"id":"g-1","text_input":"we press on","shout":false,"parameters":{"station":"a","priority":1}}"""),
        WireRequest.Json("/v2/models/writer/versions/1/generate_stream", """{"text_input":["we press on"],"parameters":{"shout":true}}"""),
        WireRequest.Json("/v2/trace/setting", """{"trace_level":["OFF"],"trace_rate":"1000","trace_count":"-1","log_frequency":"0"}"""), new("GET", "/v2/models/press/trace/setting", []),
        WireRequest.Json("/v2/logging", """{"log_file":"","log_info":true,"log_warning":true,"log_error":true,"log_verbose_level":0,"log_format":"default"}"""), new("GET", "/v2/logging", []),
        WireRequest.Json("/api/requests/replay", """{"model":"written","to":"1","version":1,"from":"2026-01-01T00:00:00Z","until":"2100-01-01T00:00:00Z","request":1,"limit":5,"tolerance":0.001}""") with { Expected = [202, 400] },   // some may be under way
        new("GET", "/api/requests?model=written&version=1&door=rows&outcome=ok&since=2026-01-01T00:00:00Z&limit=10", []), new("GET", "/api/requests/1", []), new("GET", "/api/requests/replays", []),
        WireRequest.Json("/api/users", """{"name":"guest","password":"a long password","role":"viewer"}""") with { Expected = [201, 400] },   // it may be there by then
        new("DELETE", "/api/users/guest", []) { Expected = [204, 400] }, new("GET", "/api/users", []),
        WireRequest.Json("/api/keys", """{"name":"station 4","permissions":"predict read","models":"press-* oven","days":365,"perMinute":6000}""") with { Expected = [201] },
        new("DELETE", "/api/keys/k0000000", []) { Expected = [400] }, new("GET", "/api/keys", []),
        new("GET", "/api/audit?subject=spare&before=9&limit=20", []), new("GET", "/api/audit/live/spare?at=2026-03-01T12:00:00Z", []),
        new("PUT", "/api/deployments/spare", Encoding.UTF8.GetBytes("""{"traffic":[{"to":"champion","weight":9},{"to":"1","weight":1}],"splitBy":"station","rules":[{"when":{"recipe":"steel"},"to":"1"}],"versions":{"latest":2},"shadow":{"to":"1","share":0.5},"limits":{"queue":256,"batch":0,"targetMs":20,"priority":5},"warmUp":{"requests":8},"fallback":"press"}""")),
        WireRequest.Json("/api/deployments/spare/start", """{"reason":"because"}"""),
        WireRequest.Json("/api/deployments/spare/stop", """{"reason":"because"}"""),
        WireRequest.Json("/api/deployments/spare/rollback", """{"reason":"because"}""") with { Expected = [200, 400] }, new("DELETE", "/api/deployments/spare", []), new("GET", "/api/deployments/spare", []),
        WireRequest.Json("/api/models/spare/aliases", """{"alias":"champion","version":1}"""),
        new("GET", "/v2/models/press/config", []), new("GET", "/v1/models/press/metadata", []), new("GET", "/api/models/press:1", []), new("GET", "/v2/models/dense/versions/1/stats", []), new("GET", "/metrics", []),
        WireRequest.Form("/models/press/try", "Torque=51.5&Grade=L&Cooled=true"), WireRequest.Form("/models/wear/try", "Torque=51,5&Grade=L&Cooled=false"),
        WireRequest.Form("/deployments/spare/promote", "version=1"), WireRequest.Form("/deployments/spare/split", "first=1&first-weight=9&second=1&second-weight=1&split-by=station") with { Expected = [302, 400] },
        WireRequest.Form("/deployments/spare/log", "share=5&failures=100&payloads=yes&redact=Grade%2c+Torque"), WireRequest.Form("/deployments/spare/start", ""), WireRequest.Form("/deployments/spare/stop", ""),
        WireRequest.Form("/deployments/spare/rollback", "") with { Expected = [302, 400] },
        WireRequest.Form("/requests/1/replay", "to=1"), WireRequest.Form("/requests/replay", "model=written&version=1&since=day&to=1") with { Expected = [302, 400] },
        WireRequest.Form("/users/add", "account=visitor&password=a+long+password&role=viewer") with { Expected = [302, 400] }, WireRequest.Form("/users/remove", "account=visitor") with { Expected = [302, 400] },
        WireRequest.Form("/keys/create", "name=station+5&permissions=predict&models=press-*&days=30&per-minute=600"), WireRequest.Form("/keys/revoke", "key=k0000000") with { Expected = [302, 400] },
        WireRequest.Form("/sign-in", $"account={Account}&password={Password.Replace(' ', '+')}&back=%2fmodels") with { Expected = [302, 429] }, WireRequest.Form("/sign-out", ""),
        WireRequest.Form("/sign-in", "account=anna&password=a+long+password&back=%2f") with { IsAtGate = true, Expected = [401, 429] },
        WireRequest.Form("/setup", "code=none&account=anna&password=a+long+password&again=a+long+password") with { IsAtGate = true, Expected = [400] },
        WireRequest.Json("/v2/models/press/infer", """{"inputs":[]}""") with { IsAtGate = true, Expected = [401] }, new("GET", "/models?x=1", []) { Headers = [("Accept", "text/html")], IsAtGate = true, Expected = [302] },
    ];

    /// <summary>Over gRPC.</summary>
    public static GrpcRequest[] Grpc { get; } =
    [
        new(Path("ModelInfer"), Dense(raw: true)), new(Path("ModelInfer"), Dense(raw: false)), new(Path("ModelInfer"), Press()), new(Path("ModelStreamInfer"), Dense(raw: true)), new(Path("ModelStreamInfer"), Press()), new(Path("ModelStreamInfer"), Writer()),
        new(Path("ModelMetadata"), new ModelMetadataRequest { Name = "press", Version = "1" }), new(Path("ModelConfig"), new ModelConfigRequest { Name = "dense" }), new(Path("ModelReady"), new ModelReadyRequest { Name = "dense" }),
        new(Path("ModelStatistics"), new ModelStatisticsRequest { Name = "press" }), new(Path("RepositoryIndex"), new RepositoryIndexRequest { Ready = true }),
        new(Path("RepositoryModelLoad"), new RepositoryModelLoadRequest { ModelName = "spare" }), new(Path("RepositoryModelUnload"), new RepositoryModelUnloadRequest { ModelName = "spare" }),
        new(Path("TraceSetting"), new TraceSettingRequest { ModelName = "spare", Settings = { ["trace_rate"] = new TraceSettingRequest.Types.SettingValue { Value = { "5" } }, ["trace_count"] = new TraceSettingRequest.Types.SettingValue { Value = { "-1" } } } }),
        new(Path("TraceSetting"), new TraceSettingRequest()), new(Path("LogSettings"), new LogSettingsRequest { Settings = { ["log_error"] = new LogSettingsRequest.Types.SettingValue { BoolParam = true }, ["log_verbose_level"] = new LogSettingsRequest.Types.SettingValue { Uint32Param = 0 }, ["log_format"] = new LogSettingsRequest.Types.SettingValue { StringParam = "ISO8601" } } }),
        new("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", new Protocols.Reflection.ServerReflectionRequest { ListServices = "" }),
        new("/grpc.health.v1.Health/Check", new HealthCheckRequest { Service = "inference.GRPCInferenceService" }),
        new("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", new Protocols.Reflection.ServerReflectionRequest { FileContainingSymbol = "inference.GRPCInferenceService" }),
    ];

    static string Path(string method) => $"/inference.GRPCInferenceService/{method}";

    static ModelInferRequest Dense(bool raw)
    {
        var input = new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 2, 3 } };
        var request = new ModelInferRequest { ModelName = "dense", ModelVersion = "1", Id = "g-1", Inputs = { input } };
        if (raw) request.RawInputContents.Add(ByteString.CopyFrom(s_numbers));
        else input.Contents = new InferTensorContents { Fp32Contents = { 1, 2, 3, 4, 5, 6 } };
        return request;
    }

    static ModelInferRequest Writer() => new()
    {
        ModelName = "writer",
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor { Name = "text_input", Datatype = "BYTES", Shape = { 1 }, Contents = new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("we press on") } } },
            new ModelInferRequest.Types.InferInputTensor { Name = "shout", Datatype = "BOOL", Shape = { 1 }, Contents = new InferTensorContents { BoolContents = { true } } },
        },
        Parameters = { ["triton_enable_empty_final_response"] = new InferParameter { BoolParam = true } },
    };

    static ModelInferRequest Press() => new()
    {
        ModelName = "press",
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor { Name = "Torque", Datatype = "FP64", Shape = { 2 }, Contents = new InferTensorContents { Fp64Contents = { 51.5, 33.1 } } },
            new ModelInferRequest.Types.InferInputTensor { Name = "Grade", Datatype = "BYTES", Shape = { 2 }, Contents = new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("L"), ByteString.CopyFromUtf8("M") } } },
            new ModelInferRequest.Types.InferInputTensor { Name = "Cooled", Datatype = "FP64", Shape = { 2 }, Contents = new InferTensorContents { Fp64Contents = { 1, 0 } } },
        },
        Parameters = { ["station"] = new InferParameter { StringParam = "a" } },
    };
}
