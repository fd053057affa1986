using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Support vectors of every class against every other, in libsvm's layout; the label is the class with the most votes.</summary>
/// <remarks>Scores are probabilities where the file has prob_a and prob_b, else the decision values of the pairs; of two classes −d and d, as ONNX Runtime has it, though a positive d speaks for the first.</remarks>
sealed class SvmClassifier : Kernel
{
    /// <summary>Libsvm keeps the probability of a pair away from 0 and 1 by this, so that coupling never divides by zero.</summary>
    const double LeastProbability = 1e-7;

    readonly ClassLabels _labels;
    readonly SupportVectors _vectors;
    readonly int[] _starts;               // where the vectors of each class begin, and the end
    readonly double[] _coefficients, _rho, _probA, _probB;
    readonly PostTransform _transform;

    public SvmClassifier(Node node)
    {
        _labels = new ClassLabels(node);
        long[] counts = node.Integers("vectors_per_class");
        node.SameLength(_labels.Count, ("vectors_per_class", counts.Length));
        _starts = new int[counts.Length + 1];
        for (int i = 0; i < counts.Length; i++)
            _starts[i + 1] = _starts[i] + (counts[i] is >= 0 and < 1 << 24 ? (int)counts[i] : throw node.Wrong($"{counts[i]} vectors in a class", $"0 to {1 << 24}"));
        _vectors = new SupportVectors(node, node.Numbers("support_vectors"), _starts[^1]);
        (_coefficients, _rho, _probA, _probB) = (node.Numbers("coefficients"), node.Numbers("rho"), node.Numbers("prob_a"), node.Numbers("prob_b"));
        int pairs = Pairs;
        node.SameLength(pairs, ("rho", _rho.Length), ("prob_a", _probA.Length == 0 ? pairs : _probA.Length));
        node.SameLength(_probA.Length, ("prob_b", _probB.Length));
        node.SameLength((counts.Length - 1) * _vectors.Count, ("coefficients", _coefficients.Length));
        _transform = node.ReadPostTransform();
    }

    int Pairs => _labels.Count * (_labels.Count - 1) / 2;

    int Scores => _probA.Length > 0 || _labels.Count == 2 ? _labels.Count : Pairs;

    public override void Run(Call call)
    {
        var x = call.Input();
        var (rows, columns) = Numbers.Table(x, call);
        if (columns != _vectors.Columns) throw call.Wrong($"{columns} features", $"{_vectors.Columns}");
        int k = _labels.Count;
        var room = call.Scratch.Take<double>((long)_vectors.Count + Pairs + (k * k) + Math.Max(Scores, k) + rows + x.Count);
        var alike = Cut(ref room, _vectors.Count);
        var decisions = Cut(ref room, Pairs);
        var pairs = Cut(ref room, k * k);
        var scores = Cut(ref room, Scores);
        var chosen = System.Runtime.InteropServices.MemoryMarshal.Cast<double, int>(Cut(ref room, rows))[..rows];
        var from = Numbers.Read(x, room, call);
        var y = call.OptionalOutput(1) is { } wanted ? wanted.Write<float>([rows, Scores]) : default;
        for (int row = 0; row < rows; row++)
        {
            _vectors.Compare(from.Slice(row * columns, columns), alike);
            Decide(alike, decisions);
            chosen[row] = MostVotes(decisions);
            if (y.IsEmpty) continue;
            Score(decisions, pairs, scores);
            _transform.Apply(scores);
            for (int i = 0; i < scores.Length; i++) y[(row * scores.Length) + i] = (float)scores[i];
        }

        _labels.Write(chosen, call.OptionalOutput(0));

        static Span<double> Cut(ref Span<double> room, int count)
        {
            var cut = room[..count];
            room = room[count..];
            return cut;
        }
    }

    /// <summary>One value a pair of classes i &lt; j; positive speaks for i.</summary>
    void Decide(ReadOnlySpan<double> alike, Span<double> decisions)
    {
        int all = _vectors.Count, pair = 0;
        for (int i = 0; i < _labels.Count; i++)
            for (int j = i + 1; j < _labels.Count; j++, pair++)
            {
                double sum = _rho[pair];
                for (int v = _starts[i]; v < _starts[i + 1]; v++) sum += _coefficients[((j - 1) * all) + v] * alike[v];
                for (int v = _starts[j]; v < _starts[j + 1]; v++) sum += _coefficients[(i * all) + v] * alike[v];
                decisions[pair] = sum;
            }
    }

    int MostVotes(ReadOnlySpan<double> decisions)
    {
        Span<int> votes = _labels.Count <= 256 ? stackalloc int[_labels.Count] : new int[_labels.Count];
        votes.Clear();
        int pair = 0, best = 0;
        for (int i = 0; i < votes.Length; i++)
            for (int j = i + 1; j < votes.Length; j++) votes[decisions[pair++] > 0 ? i : j]++;
        for (int i = 1; i < votes.Length; i++)
            if (votes[i] > votes[best]) best = i;
        return best;
    }

    void Score(ReadOnlySpan<double> decisions, Span<double> pairs, Span<double> scores)
    {
        int k = _labels.Count, pair = 0;
        if (_probA.Length == 0)
        {
            if (k == 2) (scores[0], scores[1]) = (-decisions[0], decisions[0]);
            else decisions.CopyTo(scores);
            return;
        }

        for (int i = 0; i < k; i++)
            for (int j = i + 1; j < k; j++, pair++)
            {
                double likely = Math.Clamp(1 / (1 + Math.Exp((_probA[pair] * decisions[pair]) + _probB[pair])), LeastProbability, 1 - LeastProbability);
                (pairs[(i * k) + j], pairs[(j * k) + i]) = (likely, 1 - likely);
            }

        PairwiseCoupling.Solve(pairs, scores);
    }
}
