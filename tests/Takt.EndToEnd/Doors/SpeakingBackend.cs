using System.Runtime.CompilerServices;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;

namespace Takt.EndToEnd.Doors;

/// <summary>Says the words of a text one by one; every other package is the business of another backend.</summary>
/// <param name="others">Loads the other packages.</param>
/// <param name="speaks">Whether a package speaks; null = the one at the path <c>speaker</c>.</param>
sealed class SpeakingBackend(IModelBackend others, Func<string, bool>? speaks = null) : IModelBackend
{
    /// <summary>The word after which speaking waits for the gate.</summary>
    public string? WaitsAfter { get; set; }

    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when speaking waits.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a caller has left while speaking waited.</summary>
    public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IServedModel> LoadAsync(string packagePath, CancellationToken stop) =>
        (speaks?.Invoke(packagePath) ?? packagePath == "speaker") ? Task.FromResult<IServedModel>(new Speaker(this)) : others.LoadAsync(packagePath, stop);
}

sealed class Speaker(SpeakingBackend backend) : IStreamingModel
{
    public ModelDescription Description { get; } = new("generation", "text_output", null, [],
        [new TensorMetadata("text_input", TensorType.Bytes, [-1]), new TensorMetadata("shout", TensorType.Bool, [1])],
        [new TensorMetadata("text_output", TensorType.Bytes, [1]), new TensorMetadata("place", TensorType.Int32, [1])]);

    public long MemoryBytes => 1;

    public RowsAnswer Predict(RowsRequest request, CancellationToken stop) => throw new InputException("rows", "text");

    public TensorsAnswer Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop) => Piece("", 0);

    public async IAsyncEnumerable<TensorsAnswer> InferStreamAsync(IReadOnlyList<InferTensor> inputs, [EnumeratorCancellation] CancellationToken stop)
    {
        string[] words = inputs.First(i => i.Name == "text_input").Texts.Span[0]?.Split(' ') ?? throw new InputException("null", "a text");
        bool shout = inputs.First(i => i.Name == "shout").AsDoubles()![0] != 0;
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] == "boom") throw new InputException("the word boom");
            if (words[i] == "crash") throw new InvalidOperationException("a secret");
            yield return Piece((shout ? words[i].ToUpperInvariant() : words[i]) + " ", i);
            if (words[i] != backend.WaitsAfter) continue;
            backend.Waiting.TrySetResult();
            try
            {
                await backend.Gate.Task.WaitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                backend.Left.SetResult();
                throw;
            }
        }
    }

    public void Dispose()
    {
    }

    static TensorsAnswer Piece(string text, int place) => new([InferTensor.Of("text_output", (string?[])[text], 1), InferTensor.Of("place", (int[])[place], 1)]);
}
