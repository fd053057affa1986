using System.Text.Json.Nodes;
using Takt.Data.Pipelines;
using Takt.Data.Rows;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Graphs.Plans;
using Takt.Protocols.Explanations;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Tensors;

namespace Takt.Graphs.Packages;

/// <summary>A package made ready to answer: preparation, compiled graph, decision. The command line and the server both use this class, so both give the same bits.</summary>
/// <remarks>It never changes: any number of threads may use one. A row's answer does not depend on the rows beside it.</remarks>
public sealed class Predictor
{
    readonly TimeProvider _clock;
    readonly Runner _runner;
    readonly Decider _decider;
    readonly Occlusion _occlusion;
    readonly Lazy<GradientExplainer?> _gradients;
    readonly TensorDoor _tensors;

    /// <summary>Makes a package ready.</summary>
    /// <param name="package">The package.</param>
    /// <param name="clock">Measures where the time goes; default the system's.</param>
    /// <exception cref="InputException">Its parts do not fit together, or the graph holds operators that Takt does not compute.</exception>
    public Predictor(Package package, TimeProvider? clock = null)
    {
        if (package.Pipeline is null || package.Target is null)
            throw new InputException($"model '{package.Name}', which takes tensors", "a model that takes rows", "Send tensors: POST /v2/models/NAME/infer, or takt predict NAME --data REQUEST.json; 'takt models show NAME --sample' writes a request.");
        Package = package;
        Pipeline = Pipeline.FromJson(package.Pipeline);
        Target = TargetCoding.FromJson(package.Target);
        Plan = Plan.Compile(package.Model);
        _clock = clock ?? TimeProvider.System;
        _runner = new Runner(Pipeline, Plan, _clock);
        _decider = new Decider(Target, package.Decision, _runner.Width);
        var typical = new TypicalValues(Pipeline);
        _occlusion = new Occlusion(typical, _runner, _decider);
        _gradients = new(() => IntegratedGradients.Of(package.Model) is { } gradients && gradients.Reaches([Tensor.Zeros([1, .. Pipeline.FeatureShape])], 0) ? new GradientExplainer(Pipeline, typical, _runner, _decider, gradients, _clock) : null);
        _tensors = new TensorDoor(Pipeline, Target);
    }

    /// <summary>The package.</summary>
    public Package Package { get; }

    /// <summary>From raw columns to the graph's inputs.</summary>
    public Pipeline Pipeline { get; }

    /// <summary>From the graph's outputs to labels and values.</summary>
    public TargetCoding Target { get; }

    /// <summary>The graph, compiled.</summary>
    public Plan Plan { get; }

    /// <summary>The columns that must be there to predict.</summary>
    public IReadOnlyList<ColumnSchema> Inputs => Pipeline.Inputs;

    /// <summary>Rows that make one prediction: 1, or the length of the window.</summary>
    public int WindowLength => Pipeline.IsWindowed ? Pipeline.FeatureShape[0] : 1;

    /// <summary>One tensor for each of <see cref="Inputs"/>, as the Open Inference Protocol names them: FP64 for numbers and booleans, BYTES for text and times.</summary>
    public IReadOnlyList<TensorMetadata> TensorInputs => _tensors.Inputs;

    /// <summary><c>value</c> (BYTES label or FP64) and, for classification, <c>probability</c> (FP32, one a class).</summary>
    public IReadOnlyList<TensorMetadata> TensorOutputs => _tensors.Outputs;

    /// <summary>Reads a package and makes it ready.</summary>
    /// <exception cref="InputException">The file is missing, damaged or not a package.</exception>
    public static Predictor Load(string path) => new(PackageFile.Read(path));

    /// <summary>Predicts the rows of a table.</summary>
    /// <param name="rows">With at least the columns of <see cref="Inputs"/>.</param>
    /// <param name="explain">Whether to say why, row by row.</param>
    /// <param name="which">Windows: for which rows; default every row with enough history.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <param name="method">How explanations are found.</param>
    /// <param name="stop">Ends the work between two pieces, or two nodes of the graph.</param>
    /// <returns>In row order; for windows one for each window, at its last row.</returns>
    /// <exception cref="InputException">Columns are missing or hold the wrong kind of values.</exception>
    public IReadOnlyList<RowPrediction> Predict(
        Table rows, bool explain = false, WindowRows which = WindowRows.Every, IProgress<double>? progress = null,
        ExplanationMethod method = ExplanationMethod.Occlusion, CancellationToken stop = default) =>
        Measured(rows, explain ? method : null, which, progress, stop).Predictions;

    (RowPrediction[] Predictions, PredictionTimes Times) Measured(Table rows, ExplanationMethod? explain, WindowRows which, IProgress<double>? progress, CancellationToken stop)
    {
        var answers = _runner.Run(rows, which, progress, stop);
        var (explanations, times) = explain is { } method ? ExplainerOf(method).Explain(rows, which, answers, stop) : default;
        var predictions = new RowPrediction[answers.Count];
        for (int i = 0; i < predictions.Length; i++) predictions[i] = _decider.Decide(answers.Rows[i], answers.At(i)) with { Explanation = explanations?[i] };
        return (predictions, answers.Times + times);
    }

    IExplainer ExplainerOf(ExplanationMethod method) => method == ExplanationMethod.Occlusion ? _occlusion
        : _gradients.Value is { } gradients ? gradients
        : method == ExplanationMethod.Auto ? _occlusion
        : throw new InputException("method integrated-gradients for this model", "a graph that has derivatives throughout", "Ask for occlusion, or leave the method open");

    /// <summary>Predicts rows of JSON by column name.</summary>
    /// <param name="rows">One object a row.</param>
    /// <param name="explain">Whether to say why, row by row.</param>
    /// <param name="method">How explanations are found.</param>
    /// <param name="stop">Ends the work between two pieces, or two nodes of the graph.</param>
    /// <returns>One prediction for each good row (for windows: each complete window), and one problem for each bad value, both in row order and by position in <paramref name="rows"/>; and where the time went.</returns>
    /// <exception cref="InputException">There are fewer rows than a window needs.</exception>
    public (IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Problems, PredictionTimes Times) Predict(
        IReadOnlyList<JsonObject> rows, bool explain = false, ExplanationMethod method = ExplanationMethod.Occlusion, CancellationToken stop = default)
    {
        long start = _clock.GetTimestamp();
        var (table, problems, positions) = RowReader.Read(rows, Pipeline.Schema);
        var reading = new PredictionTimes(_clock.GetElapsedTime(start), default);
        if (table.RowCount == 0) return ([], problems, reading);
        var (predictions, times) = Measured(table, explain ? method : null, WindowRows.Every, progress: null, stop);
        if (predictions.Length == 0)
            throw new InputException($"{table.RowCount} good rows", $"at least {WindowLength} of one {GroupWord()}", "This model looks at windows over time: send more history.");
        return ([.. predictions.Select(p => p with { Row = positions[p.Row] })], problems, reading + times);
    }

    /// <summary>Predicts rows given column by column as tensors.</summary>
    /// <param name="inputs">One for each of <see cref="TensorInputs"/>, all of the same length.</param>
    /// <param name="stop">Ends the work between two pieces, or two nodes of the graph.</param>
    /// <returns>One for each of <see cref="TensorOutputs"/>; a prediction a row, or for windows a prediction a complete window. And where the time went.</returns>
    /// <exception cref="InputException">A tensor is missing, of another type or length, or holds a value that cannot be read.</exception>
    public (IReadOnlyList<InferTensor> Outputs, PredictionTimes Times) Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop = default)
    {
        long start = _clock.GetTimestamp();
        var table = _tensors.Read(inputs);
        var reading = new PredictionTimes(_clock.GetElapsedTime(start), default);
        var answers = _runner.Run(table, WindowRows.Every, progress: null, stop);
        return (_tensors.Write(answers, _decider), reading + answers.Times);
    }

    /// <summary>Repeats the golden cases on this machine.</summary>
    public GoldenReport Verify() => Package.Golden!.Verify(Plan);

    string GroupWord() => Pipeline.Schema.Of(ColumnRole.Group).FirstOrDefault()?.Name ?? "history";
}
