using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Serving.Calls;
using Takt.Serving.Planes;

namespace Takt.Doors.OpenInference;

/// <summary>The classification extension: of an output's values, the k largest of each row as texts <c>value:index[:label]</c>.</summary>
static class Classification
{
    const string Parameter = "classification";

    /// <summary>Turns the outputs that are wanted so.</summary>
    /// <param name="answer">What the model gave.</param>
    /// <param name="wanted">What the request says about outputs, or null.</param>
    /// <param name="plane">Tells the names of the classes, where the model has some.</param>
    /// <param name="stop">Ends the asking.</param>
    /// <exception cref="InputException">The number is none from 1, or the output holds no numbers.</exception>
    public static async ValueTask<IReadOnlyList<InferTensor>> ApplyAsync(InferAnswer answer, IReadOnlyList<RequestedOutput>? wanted, DataPlane plane, CancellationToken stop)
    {
        if (!IsWanted(wanted)) return answer.Outputs;
        var labels = (await plane.DescribeAsync(ModelReference.Parse(answer.Model, answer.Version), stop)).Description.Classes;
        return [.. answer.Outputs.Select(output =>
            wanted!.FirstOrDefault(w => w.Name == output.Name)?.Parameters?.GetValueOrDefault(Parameter) is { } count ? Largest(output, CountOf(count), labels) : output)];
    }

    static bool IsWanted(IReadOnlyList<RequestedOutput>? wanted)
    {
        if (wanted is null) return false;
        foreach (var output in wanted)
            if (output.Parameters?.ContainsKey(Parameter) == true) return true;
        return false;
    }

    static InferTensor Largest(InferTensor output, int count, IReadOnlyList<string>? labels)
    {
        double[] values = output.AsDoubles() ?? throw new InputException($"{Parameter} of texts", "an output of numbers", where: $"output '{output.Name}'");
        int rows = output.Shape.Count > 1 ? (int)output.Shape[0] : 1, width = rows == 0 ? 0 : values.Length / rows, kept = Math.Min(count, width);
        string?[] texts = new string?[rows * kept];
        for (int row = 0; row < rows; row++)
        {
            int start = row * width;
            int[] order = [.. Enumerable.Range(0, width).OrderByDescending(i => values[start + i])];   // stable: of equal ones the first class first
            for (int place = 0; place < kept; place++)
            {
                int index = order[place];
                string label = labels is not null && width == labels.Count ? $":{labels[index]}" : "";
                texts[(row * kept) + place] = string.Create(CultureInfo.InvariantCulture, $"{(float)values[start + index]}:{index}{label}");
            }
        }

        return new InferTensor(output.Name, output.Shape.Count > 1 ? [rows, kept] : [kept], texts);
    }

    static int CountOf(JsonValue value) =>
        value.TryGetValue(out long count) && count is >= 1 and <= int.MaxValue ? (int)count : throw new InputException($"{value.ToJsonString()} as parameter '{Parameter}'", "a whole number from 1");
}
