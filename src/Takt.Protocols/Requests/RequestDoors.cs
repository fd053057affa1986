namespace Takt.Protocols.Requests;

/// <summary>The ways on which calls reach a model, as written calls name them.</summary>
public static class RequestDoors
{
    /// <summary>Rows by column name: <c>/api/models/{name}/predict</c>.</summary>
    public const string Rows = "rows";

    /// <summary>The Open Inference Protocol over REST.</summary>
    public const string OpenInference = "open-inference";

    /// <summary>The Open Inference Protocol over gRPC.</summary>
    public const string Grpc = "grpc";

    /// <summary>TensorFlow Serving's REST calls.</summary>
    public const string TensorFlow = "tensorflow";

    /// <summary>MLflow's and SageMaker's <c>/invocations</c>.</summary>
    public const string Invocations = "invocations";

    /// <summary>Explanations: <c>/api/models/{name}:explain</c>.</summary>
    public const string Explain = "explain";

    /// <summary>A form on a page.</summary>
    public const string Page = "page";

    /// <summary>A monitor of a line, inside the server.</summary>
    public const string Monitor = "monitor";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Rows, OpenInference, Grpc, TensorFlow, Invocations, Explain, Page, Monitor];
}
