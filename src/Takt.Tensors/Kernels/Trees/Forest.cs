using System.Numerics;
using Takt.Protocols.Problems;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Decision trees flattened into one array, the two children of a node side by side, so that a step is one comparison and one addition.</summary>
/// <remarks>A row's scores add up tree by tree in order, in double precision, whatever the batch and the threads.</remarks>
/// <typeparam name="T">What features are compared in: <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class Forest<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows that go through a tree together while its nodes are in the cache; also one thread's part of the work.</summary>
    const int RowsTogether = 64;

    readonly FlatNode[] _nodes;
    readonly int[] _roots;
    readonly int[] _firstWeight;                 // one a node, and the end: what a leaf adds is [first, next)
    readonly (int Target, double Weight)[] _weights;
    readonly T[][] _members;
    readonly ForestSum _sum;
    readonly bool _onlyLessOrEqual;

    /// <summary>Flattens trees.</summary>
    /// <param name="nodes">All nodes of all trees.</param>
    /// <param name="roots">Where each tree begins in <paramref name="nodes"/>.</param>
    /// <param name="targets">How many scores a row gets.</param>
    /// <param name="sum">How leaves become scores.</param>
    /// <exception cref="InputException">A child or target is out of range, or the nodes are not trees: a cycle, or branches that meet again.</exception>
    public Forest(IReadOnlyList<TreeNode> nodes, IReadOnlyList<int> roots, int targets, ForestSum sum)
    {
        var (flat, weights, firstWeight, members, places) = (new List<FlatNode>(), new List<(int, double)>(), new List<int>(), new List<T[]>(), new Queue<(int Source, int Place)>());
        long most = (2L * nodes.Count) + roots.Count;   // trees may share leaves, no more
        foreach (int root in roots) Reserve(root);
        for (_roots = [.. Enumerable.Range(0, roots.Count)]; places.TryDequeue(out var next);)
        {
            var node = nodes[next.Source];
            firstWeight.Add(weights.Count);
            if (node.Mode == TreeMode.Leaf)
            {
                weights.AddRange(node.Weights!);
                flat[next.Place] = new FlatNode { Child = next.Place };
                continue;
            }

            flat[next.Place] = new FlatNode
            {
                Split = T.CreateTruncating(node.Split), Feature = Feature(node), Child = flat.Count, Width = 1,
                Mode = node.Mode, MissingIsTrue = node.MissingIsTrue, Members = node.Mode == TreeMode.Member ? members.Count : 0,
            };
            if (node.Mode == TreeMode.Member) members.Add([.. node.Members!.Select(T.CreateTruncating)]);
            Reserve(node.WhenTrue);
            Reserve(node.WhenFalse);
        }

        firstWeight.Add(weights.Count);
        foreach (var (target, _) in weights)
            if (target < 0 || target >= targets) throw new InputException($"a leaf for target {target}", $"0 to {targets - 1}");
        (_nodes, _weights, _firstWeight, _members, _sum, Targets) = ([.. flat], [.. weights], [.. firstWeight], [.. members], sum, targets);
        _onlyLessOrEqual = flat.TrueForAll(n => n.Mode == TreeMode.LessOrEqual);

        void Reserve(int source)
        {
            if (source < 0 || source >= nodes.Count) throw new InputException($"a child at place {source}", $"0 to {nodes.Count - 1}");
            if (flat.Count >= most) throw new InputException("nodes in a cycle, or branches that meet again", "trees");
            places.Enqueue((source, flat.Count));
            flat.Add(default);
        }

        int Feature(TreeNode node)
        {
            if (node.Feature < 0) throw new InputException($"feature {node.Feature}", "0 or more");
            Columns = Math.Max(Columns, node.Feature + 1);
            return node.Feature;
        }
    }

    /// <summary>Scores that a row gets.</summary>
    public int Targets { get; }

    /// <summary>Columns that a row needs at least.</summary>
    public int Columns { get; private set; } = 1;

    /// <summary>Sends rows through all trees.</summary>
    /// <param name="x">Shape [rows, columns].</param>
    /// <param name="columns">At least <see cref="Columns"/>.</param>
    /// <param name="scores">Shape [rows, <see cref="Targets"/>]; overwritten.</param>
    /// <exception cref="ShapeException">The lengths do not fit.</exception>
    public void Evaluate(ReadOnlySpan<T> x, int columns, Span<double> scores)
    {
        int rows = Targets == 0 ? 0 : scores.Length / Targets;
        if (columns < Columns || x.Length != (long)rows * columns)
            throw new ShapeException("Forest", $"{x.Length} features in rows of {columns} for {scores.Length} scores", $"{rows} rows of at least {Columns}", "Give every feature that the trees were grown with.");
        fixed (T* px = x)
        fixed (double* ps = scores)
        fixed (FlatNode* nodes = _nodes)
        {
            var work = new Walk(this, px, ps, nodes, rows, columns);
            Workers.Run((rows + RowsTogether - 1) / RowsTogether, ref work);
        }
    }

    /// <summary>A node; a leaf stays where it is whatever is compared, so several rows can walk in step.</summary>
    struct FlatNode
    {
        public T Split;
        public int Feature;
        public int Child;            // the child when true; the one when false stands Width further
        public int Members;
        public byte Width;           // 1, or 0 for a leaf
        public TreeMode Mode;
        public bool MissingIsTrue;
    }

    readonly struct Walk(Forest<T> forest, T* x, double* scores, FlatNode* nodes, int rows, int columns) : IWork
    {
        public void Run(int part)
        {
            int from = part * RowsTogether, to = Math.Min(rows, from + RowsTogether), targets = forest.Targets;
            var mine = new Span<double>(scores + ((nint)from * targets), (to - from) * targets);
            mine.Fill(forest._sum switch { ForestSum.Min => double.PositiveInfinity, ForestSum.Max => double.NegativeInfinity, _ => 0 });
            foreach (int root in forest._roots)
            {
                int row = from;
                if (forest._onlyLessOrEqual)
                    for (; row + 4 <= to; row += 4) FourRows(root, row);
                for (; row < to; row++) Add(row, OneRow(root, x + ((nint)row * columns)));
            }

            if (forest._sum == ForestSum.Average)
                foreach (ref double score in mine) score /= forest._roots.Length;
            else if (forest._sum != ForestSum.Sum)
                foreach (ref double score in mine)
                    if (double.IsInfinity(score)) score = 0;   // no leaf spoke of this target
        }

        /// <summary>Four walks at once hide each other's waits for memory.</summary>
        void FourRows(int root, int row)
        {
            T* x0 = x + ((nint)row * columns), x1 = x0 + columns, x2 = x1 + columns, x3 = x2 + columns;
            FlatNode* a = nodes + root, b = a, c = a, d = a;
            while ((a->Width | b->Width | c->Width | d->Width) != 0)
            {
                a = Step(a, x0);
                b = Step(b, x1);
                c = Step(c, x2);
                d = Step(d, x3);
            }

            Add(row, a);
            Add(row + 1, b);
            Add(row + 2, c);
            Add(row + 3, d);
        }

        FlatNode* Step(FlatNode* node, T* row)
        {
            T value = row[node->Feature];
            bool holds = value <= node->Split | (node->MissingIsTrue & T.IsNaN(value));
            return nodes + node->Child + (holds ? 0 : node->Width);
        }

        FlatNode* OneRow(int root, T* row)
        {
            var node = nodes + root;
            while (node->Width != 0)
            {
                T value = row[node->Feature];
                node = nodes + node->Child + (T.IsNaN(value) ? node->MissingIsTrue ? 0 : 1 : Holds(node, value) ? 0 : 1);
            }

            return node;
        }

        bool Holds(FlatNode* node, T value) => node->Mode switch
        {
            TreeMode.LessOrEqual => value <= node->Split,
            TreeMode.Less => value < node->Split,
            TreeMode.GreaterOrEqual => value >= node->Split,
            TreeMode.Greater => value > node->Split,
            TreeMode.Equal => value == node->Split,
            TreeMode.NotEqual => value != node->Split,
            _ => forest._members[node->Members].AsSpan().Contains(value),
        };

        void Add(int row, FlatNode* leaf)
        {
            int at = (int)(leaf - nodes);
            double* score = scores + ((nint)row * forest.Targets);
            foreach (var (target, weight) in forest._weights.AsSpan(forest._firstWeight[at]..forest._firstWeight[at + 1]))
                score[target] = forest._sum switch
                {
                    ForestSum.Min => Math.Min(score[target], weight),
                    ForestSum.Max => Math.Max(score[target], weight),
                    _ => score[target] + weight,
                };
        }
    }
}
