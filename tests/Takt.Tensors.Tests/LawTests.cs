using FsCheck;
using FsCheck.Fluent;
using Takt.Tensors.Kernels;

namespace Takt.Tensors.Tests;

/// <summary>What holds for all tensors.</summary>
public sealed class LawTests
{
    static readonly Gen<int> s_size = Gen.Choose(1, 40);

    [Fact]
    public void A_row_of_a_network_never_depends_on_its_batch_mates() =>
        Prop.ForAll(Arb.From(from batch in s_size from steps in Gen.Choose(1, 4) from inputs in s_size from hidden in s_size from seed in Gen.Choose(0, 1_000_000) select (batch, steps, inputs, hidden, seed)), sizes =>
        {
            var random = new Generator((ulong)sizes.seed);
            Tensor inputWeight = Tensor.Uniform([4 * sizes.hidden, sizes.inputs], 1, random), hiddenWeight = Tensor.Uniform([4 * sizes.hidden, sizes.hidden], 1, random);
            Tensor bias = Tensor.Uniform([4 * sizes.hidden], 1, random), weight = Tensor.Uniform([5, sizes.hidden], 1, random), last = Tensor.Uniform([5], 1, random);
            var all = Tensor.Normal([sizes.batch, sizes.steps, sizes.inputs], 1, random);
            int row = random.NextInt(sizes.batch), length = sizes.steps * sizes.inputs;
            var alone = Tensor.Of(all.Values.Slice(row * length, length), 1, sizes.steps, sizes.inputs);
            return Network(all).Values.Slice(row * 5, 5).SequenceEqual(Network(alone).Values);

            Tensor Network(Tensor x) => x.Lstm(inputWeight, hiddenWeight, bias).Gelu().LastStep().Linear(weight, last).Softmax();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_sequence_in_a_transformer_never_depends_on_its_batch_mates() =>
        Prop.ForAll(Arb.From(from batch in s_size from steps in s_size from width in Gen.Choose(1, 12) from seed in Gen.Choose(0, 1_000_000) select (batch, steps, width, seed)), sizes =>
        {
            var random = new Generator((ulong)sizes.seed);
            int width = 2 * sizes.width;
            Tensor weight = Tensor.Uniform([width, width], 1, random), table = Tensor.Normal([7, width], 1, random);
            var all = Tensor.OfIndices([.. Enumerable.Range(0, sizes.batch * sizes.steps).Select(_ => (long)random.NextInt(7))], sizes.batch, sizes.steps);
            int row = random.NextInt(sizes.batch);
            return Network(all).Values.Slice(row * width, width).SequenceEqual(Network(all.Slice(0, row..(row + 1))).Values);

            Tensor Network(Tensor tokens)
            {
                var x = table.Gather(0, tokens);
                return (x + x.Attention(x.MatMul(weight), x, heads: 2)).Mean([1]) + x.Max(1);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Broadcast_arithmetic_agrees_with_index_arithmetic()
    {
        var shape = Gen.Choose(1, 5).ArrayOf().Resize(4);
        Prop.ForAll(Arb.From(from common in shape from stretchA in Gen.Choose(0, 15) from stretchB in Gen.Choose(0, 15) from drop in Gen.Choose(0, 4) select (common, stretchA, stretchB, drop)), draw =>
        {
            int[] a = [.. draw.common.Select((size, axis) => (draw.stretchA >> axis & 1) != 0 ? 1 : size)];
            int[] b = [.. draw.common.Select((size, axis) => (draw.stretchB >> axis & 1) != 0 ? 1 : size).Skip(draw.drop)];
            Tensor left = GradientCheck.Draw(a, 1), right = GradientCheck.Draw(b, 2);
            var difference = left - right;
            for (int i = 0; i < difference.Length; i++)
                if (difference.Values[i] != left.Values[At(i, difference.Shape, a)] - right.Values[At(i, difference.Shape, b)]) return false;
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_gradient_step_is_the_same_in_one_batch_as_added_up_over_its_rows() =>
        Prop.ForAll(Arb.From(from rows in s_size from inputs in s_size from seed in Gen.Choose(0, 1_000_000) select (rows, inputs, seed)), draw =>
        {
            var random = new Generator((ulong)draw.seed);
            Tensor x = Tensor.Normal([draw.rows, draw.inputs], 1, random), weight = Tensor.Normal([3, draw.inputs], 1, random);
            weight.RequiresGradient = true;
            using (var tape = Tape.Start()) tape.Backward(x.Linear(weight).Tanh().Sum());
            float[] together = weight.Gradient!.Values.ToArray();
            weight.ClearGradient();
            for (int row = 0; row < draw.rows; row++)
            {
                using var tape = Tape.Start();
                tape.Backward(Tensor.Of(x.Values.Slice(row * draw.inputs, draw.inputs), 1, draw.inputs).Linear(weight).Tanh().Sum());
            }

            return together.SequenceEqual(weight.Gradient!.Values.ToArray());   // to the bit: row after row is the order of the products, too
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Transposing_both_sides_transposes_the_product() =>
        Prop.ForAll(Arb.From(from m in s_size from n in s_size from k in s_size select (m, n, k)), sizes =>
        {
            var (m, n, k) = sizes;
            float[] a = GradientCheck.Draw(m * k, 1), b = GradientCheck.Draw(k * n, 2), c = new float[m * n], turned = new float[n * m];
            Gemm.Multiply(new(a, m, k), new Matrix(b, k, n), new(c, m, n));
            Gemm.Multiply(new Matrix(b, k, n).Transposed, new Matrix(a, m, k).Transposed, new(turned, n, m));
            return Enumerable.Range(0, m * n).All(i => c[i] == turned[(i % n * m) + (i / n)]);
        }).QuickCheckThrowOnFailure();

    static int At(int index, Shape common, int[] sizes)
    {
        int at = 0, stride = 1;
        for (int back = 1; back <= sizes.Length; back++)
        {
            at += index % common[^back] % sizes[^back] * stride;
            index /= common[^back];
            stride *= sizes[^back];
        }

        return at;
    }
}
