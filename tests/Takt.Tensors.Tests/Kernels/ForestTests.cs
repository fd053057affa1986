using Takt.Protocols.Problems;
using Takt.Tensors.Kernels;

namespace Takt.Tensors.Tests.Kernels;

public class ForestTests
{
    const int Columns = 5;

    [Theory]
    [InlineData(true)]    // only ≤: four rows walk in step
    [InlineData(false)]   // every comparison
    public void Rows_reach_the_leaves_that_following_the_branches_reaches(bool onlyLessOrEqual)
    {
        var (nodes, roots) = Grow(new Generator(3), trees: 20, depth: 6, onlyLessOrEqual);
        var forest = new Forest<float>(nodes, roots, targets: 2, ForestSum.Sum);
        float[] x = Rows(new Generator(4), 131);
        double[] scores = new double[131 * 2];
        forest.Evaluate(x, Columns, scores);
        for (int row = 0; row < 131; row++)
        {
            var features = x.AsSpan(row * Columns, Columns);
            double[] expected = new double[2];
            foreach (int root in roots)
                foreach (var (target, weight) in Follow(nodes, root, features)) expected[target] += weight;
            Assert.Equal(expected, scores[(row * 2)..((row * 2) + 2)]);
        }
    }

    [Fact]
    public void A_row_gets_the_same_bits_alone_and_in_any_batch()
    {
        var (nodes, roots) = Grow(new Generator(5), trees: 50, depth: 5, onlyLessOrEqual: true);
        var forest = new Forest<double>(nodes, roots, targets: 2, ForestSum.Average);
        double[] x = Array.ConvertAll(Rows(new Generator(6), 70), v => (double)v), together = new double[140], alone = new double[2];
        forest.Evaluate(x, Columns, together);
        for (int row = 0; row < 70; row++)
        {
            forest.Evaluate(x.AsSpan(row * Columns, Columns), Columns, alone);
            Assert.Equal(together[(row * 2)..((row * 2) + 2)], alone);
        }
    }

    [Fact]
    public void What_is_no_tree_is_refused()
    {
        TreeNode leaf = TreeNode.Leaf([(0, 1)]), self = TreeNode.Decision(TreeMode.Less, 0, 0, 0, 1, false);
        Assert.Throws<InputException>(() => new Forest<float>([self, leaf], [0], 1, ForestSum.Sum));
        Assert.Throws<InputException>(() => new Forest<float>([TreeNode.Decision(TreeMode.Less, 0, 0, 1, 2, false), leaf], [0], 1, ForestSum.Sum));
        Assert.Throws<InputException>(() => new Forest<float>([TreeNode.Leaf([(1, 1)])], [0], 1, ForestSum.Sum));
        Assert.Throws<ShapeException>(() => new Forest<float>([leaf], [0], 1, ForestSum.Sum).Evaluate([1, 2, 3], 2, new double[1]));
    }

    static IReadOnlyList<(int Target, double Weight)> Follow(TreeNode[] nodes, int at, ReadOnlySpan<float> row)
    {
        var node = nodes[at];
        if (node.Mode == TreeMode.Leaf) return node.Weights!;
        float value = row[node.Feature], split = (float)node.Split;
        bool holds = float.IsNaN(value) ? node.MissingIsTrue : node.Mode switch
        {
            TreeMode.LessOrEqual => value <= split,
            TreeMode.Less => value < split,
            TreeMode.GreaterOrEqual => value >= split,
            TreeMode.Greater => value > split,
            TreeMode.Equal => value == split,
            TreeMode.NotEqual => value != split,
            _ => node.Members!.Contains(value),
        };
        return Follow(nodes, holds ? node.WhenTrue : node.WhenFalse, row);
    }

    static (TreeNode[] Nodes, int[] Roots) Grow(Generator random, int trees, int depth, bool onlyLessOrEqual)
    {
        var nodes = new List<TreeNode>();
        var roots = new List<int>();
        for (int i = 0; i < trees; i++) roots.Add(Add(depth));
        return ([.. nodes], [.. roots]);

        int Add(int left)
        {
            int at = nodes.Count;
            nodes.Add(default);
            if (left == 0 || random.NextInt(5) == 0)
            {
                nodes[at] = TreeNode.Leaf(random.NextInt(2) == 0 ? [(random.NextInt(2), random.NextInt(100) - 50.5)] : [(0, random.NextInt(9)), (1, 0.25)]);
                return at;
            }

            var mode = onlyLessOrEqual ? TreeMode.LessOrEqual : (TreeMode)random.NextInt(7);
            int whenTrue = Add(left - 1), whenFalse = Add(left - 1);
            nodes[at] = TreeNode.Decision(mode, random.NextInt(Columns), random.NextInt(7) - 3, whenTrue, whenFalse, random.NextInt(2) == 0, mode == TreeMode.Member ? [-2, 0, 3] : null);
            return at;
        }
    }

    /// <summary>Small whole numbers, so that equality happens, and some missing.</summary>
    static float[] Rows(Generator random, int count) => [.. Enumerable.Range(0, count * Columns).Select(_ => random.NextInt(10) == 0 ? float.NaN : random.NextInt(7) - 3)];
}
