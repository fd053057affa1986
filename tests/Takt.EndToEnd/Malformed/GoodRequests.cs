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

    static readonly byte[] s_numbers = MemoryMarshal.AsBytes<float>([1.5f, -2, 3, 0.5f, 4, 5]).ToArray(), s_words = [1, 0, 0, 0, 97, 2, 0, 0, 0, 0xC3, 0xBC];

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
        new("PUT", "/api/deployments/spare", Encoding.UTF8.GetBytes("""{"traffic":[{"to":"champion","weight":9},{"to":"1","weight":1}],"splitBy":"station","rules":[{"when":{"recipe":"steel"},"to":"1"}],"versions":{"latest":2},"shadow":{"to":"1","share":0.5},"limits":{"queue":256,"batch":0,"targetMs":20,"priority":5},"warmUp":{"requests":8},"fallback":"press"}""")),
        WireRequest.Json("/api/deployments/spare/start", """{"reason":"because"}"""),
        WireRequest.Json("/api/deployments/spare/stop", """{"reason":"because"}"""),
        WireRequest.Json("/api/models/spare/aliases", """{"alias":"champion","version":1}"""),
        new("GET", "/v2/models/press/config", []), new("GET", "/v1/models/press/metadata", []), new("GET", "/api/models/press:1", []), new("GET", "/v2/models/dense/versions/1/stats", []), new("GET", "/metrics", []),
    ];

    /// <summary>Over gRPC.</summary>
    public static GrpcRequest[] Grpc { get; } =
    [
        new(Path("ModelInfer"), Dense(raw: true)), new(Path("ModelInfer"), Dense(raw: false)), new(Path("ModelInfer"), Press()), new(Path("ModelStreamInfer"), Dense(raw: true)), new(Path("ModelStreamInfer"), Press()),
        new(Path("ModelMetadata"), new ModelMetadataRequest { Name = "press", Version = "1" }), new(Path("ModelConfig"), new ModelConfigRequest { Name = "dense" }), new(Path("ModelReady"), new ModelReadyRequest { Name = "dense" }),
        new(Path("ModelStatistics"), new ModelStatisticsRequest { Name = "press" }), new(Path("RepositoryIndex"), new RepositoryIndexRequest { Ready = true }),
        new(Path("RepositoryModelLoad"), new RepositoryModelLoadRequest { ModelName = "spare" }), new(Path("RepositoryModelUnload"), new RepositoryModelUnloadRequest { ModelName = "spare" }),
        new(Path("TraceSetting"), new TraceSettingRequest { ModelName = "spare", Settings = { ["trace_rate"] = new TraceSettingRequest.Types.SettingValue { Value = { "5" } }, ["trace_count"] = new TraceSettingRequest.Types.SettingValue { Value = { "-1" } } } }),
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
