using System.Text.Json.Serialization;

namespace Takt.Protocols.OpenInference;

/// <summary>A model of the repository: <c>POST /v2/repository/index</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">A version of it.</param>
/// <param name="State">READY, LOADING, UNLOADING or UNAVAILABLE.</param>
/// <param name="Reason">Why it is not ready; empty otherwise.</param>
public sealed record RepositoryModel(string Name, string Version, string State, string Reason);

/// <summary>What the index is asked for.</summary>
/// <param name="Ready">Whether only models that can answer are wanted.</param>
public sealed record RepositoryIndexQuery(bool? Ready = null);

/// <summary>What was done with a model of the repository.</summary>
/// <param name="Name">The model.</param>
/// <param name="Load">Whether it is served now.</param>
public sealed record RepositoryDone(string Name, bool Load);

/// <summary>How a model is configured, in Triton's words: <c>GET /v2/models/{model}/config</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Platform">Kind of the model file.</param>
/// <param name="Backend">What runs it.</param>
/// <param name="MaxBatchSize">Rows that are computed together at most; 0 = the model has no batch.</param>
/// <param name="Input">What it takes; sizes without the batch.</param>
/// <param name="Output">What it gives; sizes without the batch.</param>
/// <param name="DynamicBatching">How requests wait for each other; null where they never do.</param>
/// <param name="ModelTransactionPolicy">Whether one request may have several answers.</param>
public sealed record ModelConfiguration(
    string Name, string Platform, string Backend, [property: JsonPropertyName("max_batch_size")] int MaxBatchSize, IReadOnlyList<ConfiguredTensor> Input, IReadOnlyList<ConfiguredTensor> Output,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] [property: JsonPropertyName("dynamic_batching")] DynamicBatchingConfiguration? DynamicBatching, [property: JsonPropertyName("model_transaction_policy")] TransactionPolicy ModelTransactionPolicy);

/// <summary>A tensor in a <see cref="ModelConfiguration"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">Its type: <c>TYPE_FP32</c>.</param>
/// <param name="Dims">Its sizes; -1 = any.</param>
public sealed record ConfiguredTensor(string Name, [property: JsonPropertyName("data_type")] string DataType, IReadOnlyList<long> Dims);

/// <summary>How requests wait for each other.</summary>
/// <param name="MaxQueueDelayMicroseconds">How long at most.</param>
public sealed record DynamicBatchingConfiguration([property: JsonPropertyName("max_queue_delay_microseconds")] long MaxQueueDelayMicroseconds);

/// <summary>Whether one request may have several answers.</summary>
/// <param name="Decoupled">Whether it may.</param>
public sealed record TransactionPolicy(bool Decoupled);

/// <summary>What was counted: <c>GET /v2/models/stats</c>.</summary>
/// <param name="ModelStats">One a version.</param>
public sealed record StatisticsResponse([property: JsonPropertyName("model_stats")] IReadOnlyList<ModelStatistics> ModelStats);

/// <summary>What was counted of one version.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="LastInference">When it was last asked: milliseconds since 1970.</param>
/// <param name="InferenceCount">Rows that were answered.</param>
/// <param name="ExecutionCount">Calls of the model; a batch counts once.</param>
/// <param name="InferenceStats">Requests and their phases.</param>
/// <param name="ResponseStats">Always empty: it is for models with several answers a request.</param>
/// <param name="BatchStats">Calls of the model by their rows.</param>
/// <param name="MemoryUsage">Memory that it holds.</param>
public sealed record ModelStatistics(
    string Name, string Version, [property: JsonPropertyName("last_inference")] long LastInference, [property: JsonPropertyName("inference_count")] long InferenceCount, [property: JsonPropertyName("execution_count")] long ExecutionCount, [property: JsonPropertyName("inference_stats")] InferenceStatistics InferenceStats,
    [property: JsonPropertyName("response_stats")] IReadOnlyDictionary<string, string> ResponseStats, [property: JsonPropertyName("batch_stats")] IReadOnlyList<BatchStatistic> BatchStats, [property: JsonPropertyName("memory_usage")] IReadOnlyList<MemoryUsage> MemoryUsage);

/// <summary>How often, and how long in all.</summary>
/// <param name="Count">How often.</param>
/// <param name="Ns">Nanoseconds in all.</param>
public readonly record struct StatisticDuration(long Count, long Ns);

/// <summary>Requests and their phases.</summary>
/// <param name="Success">Answered requests.</param>
/// <param name="Fail">The others.</param>
/// <param name="Queue">Waiting.</param>
/// <param name="ComputeInput">Preparation.</param>
/// <param name="ComputeInfer">The graph.</param>
/// <param name="ComputeOutput">From the graph to the answer.</param>
/// <param name="CacheHit">Always 0: answers are not kept.</param>
/// <param name="CacheMiss">Always 0.</param>
public sealed record InferenceStatistics(
    StatisticDuration Success, StatisticDuration Fail, StatisticDuration Queue, [property: JsonPropertyName("compute_input")] StatisticDuration ComputeInput, [property: JsonPropertyName("compute_infer")] StatisticDuration ComputeInfer, [property: JsonPropertyName("compute_output")] StatisticDuration ComputeOutput,
    [property: JsonPropertyName("cache_hit")] StatisticDuration CacheHit = default, [property: JsonPropertyName("cache_miss")] StatisticDuration CacheMiss = default);

/// <summary>Calls of the model that had one number of rows.</summary>
/// <param name="BatchSize">The rows.</param>
/// <param name="ComputeInput">Preparation.</param>
/// <param name="ComputeInfer">The graph.</param>
/// <param name="ComputeOutput">From the graph to the answer.</param>
public sealed record BatchStatistic([property: JsonPropertyName("batch_size")] int BatchSize, [property: JsonPropertyName("compute_input")] StatisticDuration ComputeInput, [property: JsonPropertyName("compute_infer")] StatisticDuration ComputeInfer, [property: JsonPropertyName("compute_output")] StatisticDuration ComputeOutput);

/// <summary>Memory that a version holds.</summary>
/// <param name="Type">Always CPU.</param>
/// <param name="Id">Always 0.</param>
/// <param name="ByteSize">Bytes.</param>
public sealed record MemoryUsage(string Type, int Id, [property: JsonPropertyName("byte_size")] long ByteSize);

/// <summary>Which calls are traced: <c>/v2/trace/setting</c>, <c>/v2/models/{model}/trace/setting</c>. In a request, what is absent stays and null is cleared.</summary>
/// <param name="TraceFile">Always empty: traces go to a collector.</param>
/// <param name="TraceLevel">OFF; or TIMESTAMPS (phases of calls) and TENSORS (what came and went, too).</param>
/// <param name="TraceRate">One call in so many.</param>
/// <param name="TraceCount">So many calls; -1 = no end.</param>
/// <param name="LogFrequency">Always 0.</param>
public sealed record TraceSettingMessage(
    [property: JsonPropertyName("trace_file")] string? TraceFile = null, [property: JsonPropertyName("trace_level")] IReadOnlyList<string>? TraceLevel = null, [property: JsonPropertyName("trace_rate")] string? TraceRate = null,
    [property: JsonPropertyName("trace_count")] string? TraceCount = null, [property: JsonPropertyName("log_frequency")] string? LogFrequency = null);

/// <summary>What the log tells: <c>/v2/logging</c>. In a request, what is absent stays.</summary>
/// <param name="LogFile">Always empty: the log goes to stderr.</param>
/// <param name="LogInfo">Whether it tells what happens.</param>
/// <param name="LogWarning">Whether it warns.</param>
/// <param name="LogError">Whether it tells what failed.</param>
/// <param name="LogVerboseLevel">Details: 0 none, 1 every request, 2 all.</param>
/// <param name="LogFormat">default (time of day) or ISO8601.</param>
public sealed record LogSettingMessage(
    [property: JsonPropertyName("log_file")] string? LogFile = null, [property: JsonPropertyName("log_info")] bool? LogInfo = null, [property: JsonPropertyName("log_warning")] bool? LogWarning = null,
    [property: JsonPropertyName("log_error")] bool? LogError = null, [property: JsonPropertyName("log_verbose_level")] int? LogVerboseLevel = null, [property: JsonPropertyName("log_format")] string? LogFormat = null);

/// <summary>Text for a model that generates: <c>POST /v2/models/{model}/generate</c>.</summary>
/// <param name="TextInput">The prompt.</param>
/// <param name="Id">Echoed in the answer.</param>
public sealed record GenerateRequest([property: JsonPropertyName("text_input")] string TextInput, string? Id = null);

/// <summary>What was generated; of a stream, one piece.</summary>
/// <param name="ModelName">The model.</param>
/// <param name="ModelVersion">Its version.</param>
/// <param name="TextOutput">The text.</param>
/// <param name="Id">The request's id, if it had one.</param>
public sealed record GenerateResponse([property: JsonPropertyName("model_name")] string ModelName, [property: JsonPropertyName("model_version")] string ModelVersion, [property: JsonPropertyName("text_output")] string TextOutput, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id = null);

/// <summary>The messages of the extensions for System.Text.Json.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<RepositoryModel>))]
[JsonSerializable(typeof(RepositoryIndexQuery))]
[JsonSerializable(typeof(RepositoryDone))]
[JsonSerializable(typeof(ModelConfiguration))]
[JsonSerializable(typeof(StatisticsResponse))]
[JsonSerializable(typeof(TraceSettingMessage))]
[JsonSerializable(typeof(LogSettingMessage))]
[JsonSerializable(typeof(GenerateRequest))]
[JsonSerializable(typeof(GenerateResponse))]
public sealed partial class ExtensionsJson : JsonSerializerContext;
