using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Einstein sums: every letter is an axis; what the result does not name is summed over. An ellipsis stands for all axes that have no letter, which stretch.</summary>
/// <remarks>The sum over each result element runs over the summed letters in the order in which they first appear.</remarks>
sealed class Einsum : NumberKernel
{
    const int MostLabels = 64;

    readonly string[] _inputs;
    readonly string? _output;

    public Einsum(Node node)
    {
        string equation = node.Text("equation", "").Replace(" ", "");
        string[] sides = equation.Split("->");
        if (equation.Length == 0 || sides.Length > 2) throw node.Wrong($"equation '{equation}'", "inputs->output, as in 'ij,jk->ik'");
        _inputs = sides[0].Split(',');
        _output = sides.Length == 2 ? sides[1] : null;
        if (_inputs.Length != node.Inputs.Length) throw node.Wrong($"equation '{equation}' for {node.Inputs.Length} inputs", "one term an input");
        foreach (string term in _inputs.Append(_output ?? ""))
            if (term.Replace("...", "").Any(c => !char.IsAsciiLetter(c))) throw node.Wrong($"equation '{equation}'", "letters, commas, '...' and '->'");
    }

    protected override void Run<T>(Call call)
    {
        int count = _inputs.Length;
        string[] terms = new string[count];
        int ellipsis = 0;   // axes that the widest ellipsis stands for; they get digits as labels, the last axis '0'
        for (int i = 0; i < count; i++)
        {
            int hidden = call.Input(i).Rank - _inputs[i].Replace("...", "").Length;
            bool hasEllipsis = _inputs[i].Contains("...");
            if (hidden < 0 || (hidden > 0 && !hasEllipsis)) throw call.Wrong($"term '{_inputs[i]}' for sizes {Value.Text(call.Input(i).Sizes)}", "a letter for each axis");
            ellipsis = Math.Max(ellipsis, hasEllipsis ? hidden : 0);
            terms[i] = _inputs[i].Replace("...", Hidden(hidden));
        }

        string output = (_output ?? Implied(terms)).Replace("...", Hidden(ellipsis));
        string labels = output + string.Concat(string.Concat(terms).Distinct().Where(label => !output.Contains(label)));
        if (labels.Length > MostLabels || output.Distinct().Count() != output.Length || output.Any(label => !terms.Any(t => t.Contains(label)))) throw call.Wrong($"result '{output}'", "letters of the inputs, each once");

        int rank = labels.Length;
        Span<int> sizes = stackalloc int[rank], steps = stackalloc int[rank * (count + 1)], position = stackalloc int[rank];
        sizes.Fill(1);
        steps.Clear();
        for (int i = 0; i < count; i++)
            for (int axis = call.Input(i).Rank - 1, step = 1; axis >= 0; step *= call.Input(i).Sizes[axis], axis--)
            {
                int label = labels.IndexOf(terms[i][axis]), size = call.Input(i).Sizes[axis];
                if (size != 1 && sizes[label] != 1 && size != sizes[label]) throw call.Wrong($"sizes {sizes[label]} and {size} for '{labels[label]}'", "one size for a letter");
                if (size == 1) continue;
                sizes[label] = size;
                steps[(i * rank) + label] += step;   // a letter twice in a term walks the diagonal
            }

        var y = call.Output.Write<T>(sizes[..output.Length]);
        y.Clear();
        if (y.IsEmpty) return;
        for (int axis = output.Length - 1, step = 1; axis >= 0; step *= sizes[axis], axis--) steps[(count * rank) + axis] = step;
        long places = 1;
        foreach (int size in sizes) places = checked(places * size);
        position.Clear();
        for (long place = 0; place < places; place++, Broadcast.Advance(position, sizes))
        {
            var product = T.One;
            for (int i = 0; i < count; i++) product *= call.Input(i).Read<T>()[Broadcast.Offset(position, steps.Slice(i * rank, rank))];
            y[Broadcast.Offset(position, steps[(count * rank)..])] += product;
        }
    }

    static string Hidden(int count) => string.Concat(Enumerable.Range(0, count).Select(i => (char)('0' + count - 1 - i)));

    /// <summary>Without an arrow: the ellipsis, and then every letter that appears once, in the order of the alphabet.</summary>
    static string Implied(string[] terms) =>
        (terms.Any(t => t.Any(char.IsAsciiDigit)) ? "..." : "") + string.Concat(string.Concat(terms).Where(char.IsAsciiLetter).GroupBy(c => c).Where(g => g.Count() == 1).Select(g => g.Key).Order());
}
