using Takt.Protocols.Problems;

namespace Takt.Tensors.Tests;

/// <summary>Views, permutations, reductions, lookups and types of elements, by hand.</summary>
public sealed class ShapesTests
{
    static Tensor Count(params Shape shape) => Tensor.Of(Enumerable.Range(0, shape.Length).Select(i => (float)i).ToArray(), shape);

    [Fact]
    public void A_part_in_one_piece_is_a_view_of_the_same_memory()
    {
        var x = Count(4, 3);
        var part = x.Slice(0, 1..3);
        part.Values[0] = 42;
        Assert.Equal(42, x.Values[3]);
        Assert.Equal([2, 3], part.Shape);
    }

    [Fact]
    public void Slices_permutations_and_stretched_axes_copy_nothing()
    {
        var x = Count(2, 3, 4);
        Tensor[] views = [x.Slice(1, ..2), x.Slice(-1, 1.., 2), x.Flip(0), x.Permute(2, 0, 1), x.Select(2, ^1), x.Slice(0, ..1).Expand(5, 3, 4), x.Permute(1, 0, 2).Slice(2, 1..3).Transpose()];
        float[][] before = [.. views.Select(view => view.Contiguous().Values.ToArray())];
        foreach (ref float value in x.Values) value += 100;
        Assert.All(views.Zip(before), pair => Assert.Equal(pair.Second.Select(value => value + 100), pair.First.Contiguous().Values.ToArray()));
    }

    [Fact]
    public void Reshaping_a_view_copies_only_where_no_even_walk_leads_through_it()
    {
        var x = Count(4, 6);
        Tensor column = x.Slice(1, 2..5), split = column.Reshape(2, 2, 3), joined = column.Reshape(12), turned = x.Transpose().Reshape(2, 3, 4), flat = x.Transpose().Reshape(24);
        Assert.Equal([12, 6, 1], split.Strides.ToArray());
        Assert.Equal([3, 1, 6], turned.Strides.ToArray());
        Assert.Equal([2, 3, 4, 8, 9, 10, 14, 15, 16, 20, 21, 22], joined.Values.ToArray());
        Assert.Equal(joined.Values.ToArray(), split.Contiguous().Values.ToArray());
        Assert.Equal(flat.Values.ToArray(), turned.Contiguous().Values.ToArray());
        x.Values[2] = 42;
        Assert.Equal(42, split.Contiguous().Values[0]);
        Assert.Equal(2, joined.Values[0]);   // was a copy
    }

    [Fact]
    public void A_view_with_gaps_says_how_its_values_can_be_read()
    {
        var view = Count(2, 3).Transpose();
        Assert.Contains("Contiguous()", Assert.Throws<ShapeException>(() => view.Values.Length).Message);
        Assert.Equal([0, 3, 1, 4, 2, 5], view.Copy().Values.ToArray());
        Assert.Equal("[3, 2] 0 3 1 4 2 5", view.ToString());
    }

    [Fact]
    public void Products_read_transposed_matrices_where_they_lie()
    {
        Tensor x = GradientCheck.Draw([3, 4], 1), w = GradientCheck.Draw([5, 4], 2), batch = GradientCheck.Draw([2, 6, 4], 3);
        using var tape = Tape.Start();
        float[] turned = x.MatMul(w.Transpose()).Values.ToArray(), turnedBatch = batch.MatMul(batch.Transpose()).Values.ToArray();
        Assert.Equal(["Transpose", "MatMul", "Transpose", "MatMul"], tape.Records.Select(r => r.Name));   // and no copy between them
        Assert.Equal(turned, x.MatMul(w.Transpose().Contiguous()).Values.ToArray());
        Assert.Equal(turnedBatch, batch.MatMul(batch.Transpose().Contiguous()).Values.ToArray());
    }

    [Fact]
    public void Slices_walk_forward_and_backward()
    {
        var x = Count(2, 6);
        Assert.Equal([1, 3, 5, 7, 9, 11], x.Slice(1, 1.., 2).Contiguous().Values.ToArray());
        Assert.Equal([4, 3, 2, 10, 9, 8], x.Slice(-1, 2..5, -1).Contiguous().Values.ToArray());
        Assert.Equal([6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5], x.Flip(0).Contiguous().Values.ToArray());
        Assert.Equal([2, 0], x.Slice(1, 3..3).Shape);
        Assert.Equal([5, 11], x.Select(1, ^1).Contiguous().Values.ToArray());
    }

    [Fact]
    public void Permuting_moves_every_element_to_its_place()
    {
        var x = Count(2, 3, 4);
        var y = x.Permute(2, 0, 1);
        Assert.Equal([4, 2, 3], y.Shape);
        for (int a = 0; a < 4; a++)
            for (int b = 0; b < 2; b++)
                for (int c = 0; c < 3; c++)
                    Assert.Equal(x.Values[(((b * 3) + c) * 4) + a], y.Contiguous().Values[(((a * 2) + b) * 3) + c]);
        Assert.Equal([0, 3, 1, 4, 2, 5], Count(2, 3).Transpose().Contiguous().Values.ToArray());
    }

    [Fact]
    public void Places_and_masks_move_like_numbers_do()
    {
        Assert.Equal([0, 3, 1, 4, 2, 5], Tensor.OfIndices([0, 1, 2, 3, 4, 5], 2, 3).Transpose().Contiguous().Indices.ToArray());
        Assert.Equal([true, true, false], Tensor.OfMask([false, true, true], 3).Flip(0).Contiguous().Mask.ToArray());
        Assert.Equal([7, 7, 8, 8], Tensor.OfIndices([7, 8], 2, 1).Expand(2, 2).Contiguous().Indices.ToArray());
    }

    [Fact]
    public void Reductions_over_axes_agree_with_hand_sums()
    {
        var x = Count(2, 3, 2);
        Assert.Equal([15, 51], x.Sum([1, 2]).Values.ToArray());
        Assert.Equal([6, 8, 10, 12, 14, 16], x.Sum([0]).Values.ToArray());
        Assert.Equal([2, 1, 2], x.Mean([1], keep: true).Shape);
        Assert.Equal([2, 3, 8, 9], x.Mean([1]).Values.ToArray());
        Assert.Equal([4, 5, 10, 11], x.Max(1).Values.ToArray());
        Assert.Equal([0, 2, 4, 6, 8, 10], x.Min(-1).Values.ToArray());
        Assert.Equal([1L, 0], Tensor.Of([1, 3, 3, 5, 5, 2], 2, 3).ArgMax(1).Indices.ToArray());
        Assert.True(float.IsNaN(Tensor.Of([1, float.NaN, 3], 3).Max(0).Item));
    }

    [Fact]
    public void Order_is_stable_and_choices_follow_their_masks()
    {
        var x = Tensor.Of([3, 1, 3, 2], 4);
        Assert.Equal([0L, 2], x.TopK(2).Indices.Indices.ToArray());
        Assert.Equal([1L, 3, 0, 2], x.Sort().Indices.Indices.ToArray());
        Assert.Equal([0, 1, 0, 2], x.Greater(Tensor.Scalar(2)).Where(Tensor.Scalar(0), x).Values.ToArray());
        Assert.Equal([false, true, false, true], x.Less(Tensor.Scalar(3)).Mask.ToArray());
        Assert.Equal([false, true, false, true], x.EqualTo(Tensor.Scalar(3)).Not().Mask.ToArray());
        Assert.Throws<ShapeException>(() => x.TopK(5));
        Assert.Throws<ShapeException>(() => x.GatherElements(0, Tensor.OfIndices([4], 1)));
        Assert.Throws<ShapeException>(() => x.ScatterAdd(0, Tensor.OfIndices([1], 1), x));
    }

    [Fact]
    public void Draws_come_from_the_generator_alone()
    {
        Assert.Equal(Tensor.Bernoulli([100], 0.3, new Generator(1)).Mask.ToArray(), Tensor.Bernoulli([100], 0.3, new Generator(1)).Mask.ToArray());
        Assert.Equal(0.3, Tensor.Bernoulli([10_000], 0.3, new Generator(2)).Mask.ToArray().Count(v => v) / 10_000.0, 0.02);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), Tensor.Permutation(50, new Generator(3)).Indices.ToArray().Order());
    }

    [Fact]
    public void A_batch_of_ignored_rows_costs_nothing() =>
        Assert.Equal(0, Tensor.Ones(2, 3).CrossEntropy(new[] { 7, 7 }, ignore: 7).Item);

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> Weighted => new()
    {
        { "MeanSquaredError", (y, w) => y.MeanSquaredError(Tensor.Ones(2, 3), w) },
        { "MeanAbsoluteError", (y, w) => y.MeanAbsoluteError(Tensor.Ones(2, 3), w) },
        { "Huber", (y, w) => y.Huber(Tensor.Ones(2, 3), weights: w) },
        { "BinaryCrossEntropyWithLogits", (y, w) => y.BinaryCrossEntropyWithLogits(Tensor.Ones(2, 3), w) },
        { "Pinball", (y, w) => y.Pinball(Tensor.Ones(2, 3), 0.3f, w) },
        { "Focal", (y, w) => y.Focal(Tensor.Ones(2, 3), weights: w) },
        { "CrossEntropy", (y, w) => y.CrossEntropy(new[] { 1, 1 }, w.Select(0, 0).Contiguous()) },
        { "CrossEntropy of classes that weigh nothing", (y, _) => y.CrossEntropy(new[] { 1, 1 }, Tensor.Of([1, 0, 2], 3), smoothing: 0.1f) },
        { "CrossEntropy of ignored rows", (y, _) => y.CrossEntropy(new[] { 7, 7 }, ignore: 7) },
    };

    [Theory, MemberData(nameof(Weighted))]
    public void Where_everything_weighs_nothing_loss_and_gradient_are_zero(string name, Func<Tensor, Tensor, Tensor> loss)
    {
        Assert.NotEmpty(name);
        var y = GradientCheck.Draw([2, 3], 1);
        y.RequiresGradient = true;
        using var tape = Tape.Start();
        var found = loss(y, Tensor.Zeros(2, 3));
        Assert.Equal(0, found.Item);
        tape.Backward(found);
        Assert.Equal(new float[6], y.Gradient!.Values.ToArray());
    }

    [Fact]
    public void A_target_that_is_no_number_makes_the_loss_none()
    {
        Tensor y = Tensor.Ones(2), targets = Tensor.Of([1, float.NaN], 2);
        Assert.All([y.MeanSquaredError(targets), y.MeanAbsoluteError(targets), y.Huber(targets), y.BinaryCrossEntropyWithLogits(targets), y.Pinball(targets, 0.5f), y.Focal(targets)], loss => Assert.True(float.IsNaN(loss.Item)));
    }

    [Fact]
    public void What_is_no_number_is_the_largest_in_order_as_in_PyTorch()
    {
        var x = Tensor.Of([1, float.NaN, 3, float.NegativeInfinity, float.NaN, float.PositiveInfinity], 6);   // torch.sort(stable=True) and torch.topk of the same
        Assert.Equal([3L, 0, 2, 5, 1, 4], x.Sort().Indices.Indices.ToArray());
        Assert.Equal([1L, 4, 5, 2, 0, 3], x.Sort(descending: true).Indices.Indices.ToArray());
        Assert.Equal([1L, 4, 5], x.TopK(3).Indices.Indices.ToArray());
        Assert.Equal([3L, 0, 2], x.TopK(3, largest: false).Indices.Indices.ToArray());
    }

    [Fact]
    public void Sizes_beyond_any_memory_are_refused_as_shapes()
    {
        Assert.Throws<ShapeException>(() => Shape.Of(1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30));
        Assert.Throws<ShapeException>(() => Shape.Of(1 << 30, 2));
        Assert.Equal(0, Shape.Of(1 << 30, 1 << 30, 1 << 30, 0).Length);
        Assert.Throws<ShapeException>(() => Shape.Of(0, -1));
        Assert.Contains("Select", Assert.Throws<ShapeException>(() => Tensor.Zeros(1, 1, 1, 1, 1, 1, 1, 1, 1, 2).Select(9, 0)).Message);
    }

    [Fact]
    public void A_number_that_has_no_place_is_refused()
    {
        Assert.Contains("element 1 of [2] is NaN", Assert.Throws<InputException>(() => Tensor.Of([1, float.NaN], 2).To(ElementType.Int64)).Message);
        Assert.Throws<InputException>(() => Tensor.Of([1, float.NegativeInfinity], 2).To(ElementType.Int64));
    }

    [Fact]
    public void Lengths_beyond_the_steps_are_refused_in_either_form()
    {
        Assert.Equal([true, false, false, true, true, true], Sequences.StepsWithin([1, 3], 3).Mask.ToArray());
        Assert.Throws<ShapeException>(() => Sequences.StepsWithin([1, 4], 3));
        Assert.Throws<ShapeException>(() => Sequences.StepsWithin([-1, 3], 3));
        Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 3, 1).StepsWithin(Tensor.OfIndices([1, 4], 2)));
    }

    [Fact]
    public void Sequences_turn_within_their_lengths()
    {
        var x = Count(2, 3, 1);
        Assert.Equal([1, 0, 2, 5, 4, 3], x.ReverseSteps(new[] { 2, 3 }).Values.ToArray());
        Assert.Equal([1, 5], x.LastStep(new[] { 2, 3 }).Values.ToArray());
        Assert.Equal([0, 1, 0, 3, 4, 5], x.ClearBeyond(new[] { 2, 3 }).Values.ToArray());
        var tape = new Tape();
        int[] lengths = [2, 3];
        using (tape.Restart()) Assert.Equal([1, 5], x.LastStep(lengths).Values.ToArray());
        lengths[0] = 1;
        using (tape.Restart()) Assert.Equal([0, 5], x.LastStep(lengths).Values.ToArray());   // the array is read again
        Assert.Throws<ShapeException>(() => x.LastStep(new[] { 0, 3 }));
        Assert.Throws<ShapeException>(() => x.ReverseSteps(new[] { 1, 4 }));
        Assert.Throws<ShapeException>(() => x.Einsum("abc,ad->bd", Count(3, 2)));
        Assert.Throws<ShapeException>(() => x.Einsum("aac,ad->bd", Count(3, 2)));
    }

    [Fact]
    public void Types_convert_and_round()
    {
        var x = Tensor.Of([1.5f, -2.75f, 0, 300, 65519], 5);
        Assert.Equal([1L, -2, 0, 300, 65519], x.To(ElementType.Int64).Indices.ToArray());
        Assert.Equal([true, true, false, true, true], x.To(ElementType.Bool).Mask.ToArray());
        Assert.Equal([2, -3, 0, 127, 127], x.To(ElementType.Int8).To(ElementType.Float32).Values.ToArray());
        Assert.Equal([1.5f, -2.75f, 0, 300, 65504], x.To(ElementType.Float16).To(ElementType.Float32).Values.ToArray());
        Assert.Equal([1.5f, -2.75f, 0, 300, 65536], x.To(ElementType.BFloat16).To(ElementType.Float32).Values.ToArray());
        Assert.Equal([1, 1, 1.015625f], Tensor.Of([1, 1.00390625f, 1.01171875f], 3).To(ElementType.BFloat16).To(ElementType.Float32).Values.ToArray());   // halves go to even
        Assert.True(float.IsNaN(Tensor.Scalar(float.NaN).To(ElementType.BFloat16).To(ElementType.Float32).Item));
        Assert.Equal([1, 0], Tensor.OfMask([true, false], 2).To(ElementType.Int64).To(ElementType.Float32).Values.ToArray());
    }

    [Fact]
    public void A_gradient_passes_through_a_rounding_to_a_shorter_float()
    {
        var x = Tensor.Of([1.2345678f], 1);
        x.RequiresGradient = true;
        using var tape = Tape.Start();
        tape.Backward((x.To(ElementType.BFloat16).To(ElementType.Float32) * 2).Sum());
        Assert.Equal(2, x.Gradient!.Values[0]);
        Assert.False(x.To(ElementType.Int64).RequiresGradient);
    }

    [Fact]
    public void The_wrong_type_of_elements_is_named_with_the_way_out()
    {
        var error = Assert.ThrowsAny<InputException>(() => Tensor.OfIndices([1, 2], 2) + Tensor.Ones(2));
        Assert.Equal("Add: a tensor [2] of Int64; expected Float32. Convert it with To(ElementType.Float32), or give the tensor that was meant.", error.Message);
        Assert.Throws<ElementTypeException>(() => Tensor.Ones(2).Indices.Length);
        Assert.Throws<ElementTypeException>(() => Tensor.Ones(2).Mask.Length);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_by_every_operation()
    {
        var x = Tensor.Zeros(2, 3);
        Action[] wrong =
        [
            () => x.Permute(0), () => x.Permute(0, 0), () => x.Permute(0, 2), () => Tensor.Zeros(2).Transpose(), () => x.Slice(2, ..), () => x.Slice(1, 2..5), () => x.Select(1, 3),
            () => x.Split(1, 1, 1), () => x.Expand(2, 4), () => x.Expand(3), () => x.Sum([0, 0]), () => x.Mean([2]), () => x.Max(5), () => Tensor.Zeros(2, 0).Max(1),
            () => x.Gather(0, Tensor.OfIndices([2], 1)), () => x.MatMul(Tensor.Zeros(3)), () => Tensor.Zeros(2, 2, 3).MatMul(Tensor.Zeros(3, 3, 4)),
            () => x.Attention(x, x), () => Tensor.Zeros(1, 2, 3).Attention(Tensor.Zeros(1, 2, 3), Tensor.Zeros(1, 2, 3), heads: 2),
            () => Tensor.Zeros(1, 2, 3).Attention(Tensor.Zeros(1, 2, 3), Tensor.Zeros(1, 2, 3), mask: Tensor.OfMask([true, true, true], 3)),
        ];
        Assert.All(wrong, act => Assert.NotEmpty(Assert.Throws<ShapeException>(act).Problems[0].WayOut!));
    }

    [Fact]
    public void A_query_that_may_see_nothing_gets_zeros()
    {
        var x = GradientCheck.Draw([1, 2, 3], 1);
        var y = x.Attention(x, x, mask: Tensor.OfMask([false, false, true, true], 1, 1, 2, 2));
        Assert.Equal([0, 0, 0], y.Values[..3].ToArray());
        Assert.All(y.Values[3..].ToArray(), v => Assert.NotEqual(0, v));
    }

    [Theory, InlineData(2), InlineData(19), InlineData(40)]
    public void A_query_whose_scores_are_no_numbers_gets_none_whatever_is_masked_behind_them(int keys)
    {
        Tensor q = GradientCheck.Draw([1, 2, 3], 1), k = GradientCheck.Draw([1, keys, 3], 2);
        q.Values[0] = float.NaN;
        for (int seen = 1; seen <= keys; seen++)
        {
            var y = q.Attention(k, k, mask: Tensor.OfMask([.. Enumerable.Range(0, keys).Select(key => key < seen)], keys));
            Assert.All(y.Values[..3].ToArray(), v => Assert.True(float.IsNaN(v)));
            Assert.All(y.Values[3..].ToArray(), v => Assert.True(float.IsFinite(v)));
        }
    }

    [Fact]
    public void Batches_of_matrices_that_do_not_fit_are_named_with_their_whole_shapes() =>
        Assert.Contains(
            "left [2, 2, 3] and right [3, 3, 4] differ at the size 3 from the end: 2 and 3", Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 2, 3).MatMul(Tensor.Zeros(3, 3, 4))).Message);

    [Fact]
    public void Attention_looks_the_same_with_heads_inside_and_outside()
    {
        Tensor q = GradientCheck.Draw([2, 5, 12], 1), k = GradientCheck.Draw([2, 7, 12], 2), v = GradientCheck.Draw([2, 7, 12], 3);
        var inside = q.Attention(k, v, heads: 3);
        var outside = Apart(q).Attention(Apart(k), Apart(v)).Permute(0, 2, 1, 3).Reshape(2, 5, 12);
        Assert.Equal(outside.Values.ToArray(), inside.Values.ToArray());

        static Tensor Apart(Tensor x) => x.Reshape(2, -1, 3, 4).Permute(0, 2, 1, 3);
    }
}
