using System.Globalization;
using Takt.Data.Pipelines;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Packages;

/// <summary>Raw columns as tensors of the Open Inference Protocol: one tensor a column, one element a row.</summary>
sealed class TensorDoor
{
    const string Value = "value", Probability = "probability";

    readonly IReadOnlyList<ColumnSchema> _columns;
    readonly TargetCoding _target;

    public TensorDoor(Pipeline pipeline, TargetCoding target)
    {
        (_columns, _target) = (pipeline.Inputs, target);
        Inputs = [.. _columns.Select(c => new TensorMetadata(c.Name, IsText(c) ? TensorType.Bytes : TensorType.Fp64, [-1]))];
        Outputs = target.Kind == TargetKind.Regression
            ? [new(Value, TensorType.Fp64, [-1])]
            : [new(Value, TensorType.Bytes, [-1]), new(Probability, TensorType.Fp32, [-1, target.Classes.Count])];
    }

    public IReadOnlyList<TensorMetadata> Inputs { get; }

    public IReadOnlyList<TensorMetadata> Outputs { get; }

    /// <summary>The table that the tensors stand for; everything that is wrong with them is reported at once.</summary>
    public Table Read(IReadOnlyList<InferTensor> tensors)
    {
        var problems = new List<Problem>();
        var columns = new List<Column>(_columns.Count);
        string[] known = [.. _columns.Select(c => c.Name)];
        foreach (var tensor in tensors)
            if (!known.Contains(tensor.Name)) problems.Add(new($"input '{tensor.Name}'", "an input of the model", NearestName.Suggest(tensor.Name, known)));
        foreach (var column in _columns)
            if (tensors.FirstOrDefault(t => t.Name == column.Name) is not { } tensor) problems.Add(new($"no input '{column.Name}'", "one tensor for each input column"));
            else if (Convert(column, tensor, problems) is { } read) columns.Add(read);
        foreach (var column in columns)
            if (column.Length != columns[0].Length) problems.Add(new($"{column.Length} elements", $"{columns[0].Length} as '{columns[0].Name}' has", Where: $"input '{column.Name}'"));
        return problems.Count > 0 ? throw new InputException(problems) : new Table(columns);
    }

    public IReadOnlyList<InferTensor> Write(Answers answers, Decider decider)
    {
        if (_target.Kind == TargetKind.Regression)
            return [InferTensor.Of(Value, Enumerable.Range(0, answers.Count).Select(i => _target.DecodeValue(answers.At(i)[0])).ToArray(), answers.Count)];

        int classes = _target.Classes.Count;
        string?[] labels = new string?[answers.Count];
        float[] probabilities = new float[answers.Count * classes];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = _target.Classes[decider.ClassOf(answers.At(i))];
            for (int c = 0; c < classes; c++) probabilities[(i * classes) + c] = (float)decider.Probability(answers.At(i), c);
        }

        return [InferTensor.Of(Value, labels, answers.Count), InferTensor.Of(Probability, probabilities, answers.Count, classes)];
    }

    static Column? Convert(ColumnSchema column, InferTensor tensor, List<Problem> problems)
    {
        string where = $"input '{column.Name}'";
        if (IsText(column) != (tensor.Type == TensorType.Bytes))
            problems.Add(new($"elements of {tensor.Type.WireName()}", IsText(column) ? "BYTES" : "FP64", Where: where));
        else if (column.Kind == ColumnKind.Time)
            return new TimeColumn(column.Name, Times(tensor.Texts.Span, where, problems));
        else if (column.Kind == ColumnKind.Text)
            return new TextColumn(column.Name, Array.ConvertAll(tensor.Texts.ToArray(), text => text is { Length: > 0 } ? text : null));
        else
            return new NumberColumn(column.Name, tensor.AsDoubles()!, column.Unit, column.Kind == ColumnKind.Boolean);
        return null;
    }

    static DateTime?[] Times(ReadOnlySpan<string?> texts, string where, List<Problem> problems)
    {
        var times = new DateTime?[texts.Length];
        for (int i = 0; i < texts.Length; i++)
            if (texts[i] is { Length: > 0 } text)
            {
                if (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time)) times[i] = time;
                else problems.Add(new($"'{text}'", "a time such as 2020-01-31T13:04:05Z", Where: $"{where}, element {i}"));
            }

        return times;
    }

    static bool IsText(ColumnSchema column) => column.Kind is ColumnKind.Text or ColumnKind.Time;
}
