using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans;

/// <summary>Steps in order and the memory they work in: what a plan runs, and each graph inside an If, Loop or Scan.</summary>
/// <remarks>Many threads may run one body at once; each run works in a frame of its own, which the body keeps for the next.</remarks>
sealed class Body(Graph graph, Step[] steps)
{
    readonly MemoryPlan _memory = MemoryPlan.Of(graph, steps);
    readonly Lock _gate = new();
    readonly Stack<Frame> _idle = [];   // not a ConcurrentBag: that keeps the frames of a plan that is gone until its finalizer has run

    /// <summary>What a run needs, in graph order.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; } = graph.Inputs;

    /// <summary>What a run gives, in graph order.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; } = graph.Outputs;

    /// <summary>What runs, in order, after folding and fusing.</summary>
    public IReadOnlyList<Step> Steps => steps;

    /// <summary>Pieces of memory that a run works in.</summary>
    public int StorageCount => _memory.StorageCount;

    /// <summary>A frame to run in; give it back.</summary>
    public Frame Rent()
    {
        lock (_gate)
            if (_idle.TryPop(out var frame))
                return frame;
        return new Frame(steps, Inputs, Outputs, _memory);
    }

    /// <summary>Takes a frame back.</summary>
    public void Return(Frame frame)
    {
        lock (_gate) _idle.Push(frame);
    }

    /// <summary>From the frame's inputs to its outputs.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants them any more.</exception>
    public void Run(Frame frame)
    {
        Budget.Run(steps.Length + 1);   // a turn of a loop without steps counts, too
        var stop = Budget.Stop;
        stop.ThrowIfCancellationRequested();
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i].Run(frame.Calls[i]);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The same, and adds the time of each step.</summary>
    public void Run(Frame frame, TimeProvider clock, Span<long> ticks)
    {
        for (int i = 0; i < steps.Length; i++)
        {
            long start = clock.GetTimestamp();
            steps[i].Run(frame.Calls[i]);
            ticks[i] += clock.GetTimestamp() - start;
        }
    }
}
