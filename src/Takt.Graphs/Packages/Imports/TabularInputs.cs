using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Packages;

/// <summary>From columns to the tensors of a graph.</summary>
sealed class TabularInputs
{
    readonly (SignatureTensor Input, ColumnSchema[] Columns)[] _slots;

    public TabularInputs(TensorModel model, Schema schema)
    {
        _slots = new (SignatureTensor, ColumnSchema[])[model.Inputs.Count];
        var problems = new List<Problem>();
        for (int i = 0, at = 0; i < _slots.Length; i++)
        {
            int width = TabularSchema.WidthOf(model.Inputs[i], _slots.Length, schema.Columns.Count, problems);
            _slots[i] = (model.Inputs[i], [.. schema.Columns.Skip(at).Take(width)]);
            at += width;
        }

        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>Rows that the graph's types cannot hold: only floats know missing values, and whole numbers no fractions.</summary>
    public HashSet<int> Check(Table table, List<RowProblem> problems)
    {
        var bad = new HashSet<int>();
        foreach (var (input, columns) in _slots)
        {
            if (IsFloat(input.Type)) continue;
            foreach (var schema in columns)
            {
                var column = table[schema.Name];
                for (int row = 0; row < table.RowCount; row++)
                    if (ProblemOf(input.Type, column, row) is { } problem)
                    {
                        problems.Add(new RowProblem(row, problem with { Where = schema.Header }));
                        bad.Add(row);
                    }
            }
        }

        return bad;
    }

    /// <summary>One tensor for each input.</summary>
    public InferTensor[] Read(Table table) => Array.ConvertAll(_slots, slot => Read(slot.Input, Array.ConvertAll(slot.Columns, c => table[c.Name]), table.RowCount));

    static InferTensor Read(SignatureTensor input, Column[] columns, int rows)
    {
        long[] shape = input.Shape is { Count: 1 } ? [rows] : [rows, columns.Length];
        return input.Type switch
        {
            TensorType.Bytes => InferTensor.Of(input.Name, Each(i => (string?)columns[i % columns.Length].TextAt(i / columns.Length)), shape),
            TensorType.Bool => InferTensor.Of(input.Name, Each(i => Number(i) != 0), shape),
            TensorType.Int64 => InferTensor.Of(input.Name, Each(i => (long)Number(i)), shape),
            TensorType.Int32 => InferTensor.Of(input.Name, Each(i => (int)Number(i)), shape),
            TensorType.Int16 => InferTensor.Of(input.Name, Each(i => (short)Number(i)), shape),
            TensorType.Int8 => InferTensor.Of(input.Name, Each(i => (sbyte)Number(i)), shape),
            TensorType.UInt8 => InferTensor.Of(input.Name, Each(i => (byte)Number(i)), shape),
            TensorType.UInt16 => InferTensor.Of(input.Name, Each(i => (ushort)Number(i)), shape),
            TensorType.UInt32 => InferTensor.Of(input.Name, Each(i => (uint)Number(i)), shape),
            TensorType.UInt64 => InferTensor.Of(input.Name, Each(i => (ulong)Number(i)), shape),
            _ => InferTensor.Of(input.Name, Each(Number), shape),   // the graph rounds to its own precision
        };

        double Number(int i) => ((NumberColumn)columns[i % columns.Length]).Values[i / columns.Length];

        T[] Each<T>(Func<int, T> value)
        {
            var all = new T[rows * columns.Length];
            for (int i = 0; i < all.Length; i++) all[i] = value(i);
            return all;
        }
    }

    static Problem? ProblemOf(TensorType type, Column column, int row)
    {
        if (column.IsMissing(row)) return new Problem("no value", $"a value: the graph takes {type.WireName()} here, which knows no missing one");
        if (type is TensorType.Bytes or TensorType.Bool || column is not NumberColumn numbers) return null;
        double value = numbers.Values[row];
        var (least, most) = RangeOf(type);
        return double.IsInteger(value) && value >= least && value <= most ? null : new Problem(column.TextAt(row), $"a whole number within {type.WireName()}");
    }

    /// <summary>Whole numbers up to 2⁵³ are exact in tables.</summary>
    static (double Least, double Most) RangeOf(TensorType type) => type switch
    {
        TensorType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        TensorType.Int16 => (short.MinValue, short.MaxValue),
        TensorType.Int32 => (int.MinValue, int.MaxValue),
        TensorType.UInt8 => (0, byte.MaxValue),
        TensorType.UInt16 => (0, ushort.MaxValue),
        TensorType.UInt32 => (0, uint.MaxValue),
        TensorType.UInt64 => (0, 1L << 53),
        _ => (-(1L << 53), 1L << 53),
    };

    static bool IsFloat(TensorType type) => type is TensorType.Fp32 or TensorType.Fp64 or TensorType.Fp16 or TensorType.Bf16;
}
