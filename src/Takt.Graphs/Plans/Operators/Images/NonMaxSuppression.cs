using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Of boxes that overlap, keeps the one with the best score, class by class. Output [kept, 3]: batch, class, box; the best of a class first.</summary>
sealed class NonMaxSuppression(Node node) : Kernel
{
    readonly bool _centres = node.Int("center_point_box", 0) != 0;

    public override void Run(Call call)
    {
        var (boxes, scores) = (call.Input(0), call.Input(1));
        if (boxes.Rank != 3 || scores.Rank != 3 || boxes.Sizes[2] != 4 || boxes.Sizes[0] != scores.Sizes[0] || boxes.Sizes[1] != scores.Sizes[2])
            throw call.Wrong($"boxes {Value.Text(boxes.Sizes)} and scores {Value.Text(scores.Sizes)}", "[batch, boxes, 4] and [batch, classes, boxes]");
        int count = boxes.Sizes[1], classes = scores.Sizes[1];
        long most = call.OptionalInput(2) is { Count: 1 } limit ? WholeNumbers.At(limit, 0, call) : 0;
        float overlap = call.OptionalInput(3) is { Count: 1 } iou ? iou.Read<float>()[0] : 0;
        float? least = call.OptionalInput(4) is { Count: 1 } threshold ? threshold.Read<float>()[0] : null;
        ReadOnlySpan<float> corners = boxes.Read<float>(), likely = scores.Read<float>();

        most = Math.Clamp(most, 0, count);
        var room = call.Scratch.Take<long>(((long)count * 2) + (most * boxes.Sizes[0] * classes * 3));
        Span<long> order = room[..count], kept = room.Slice(count, count), found = room[(2 * count)..];
        int written = 0;
        for (int b = 0; b < boxes.Sizes[0] && most > 0; b++)
            for (int c = 0; c < classes; c++)
            {
                var mine = likely.Slice(((b * classes) + c) * count, count);
                var places = corners.Slice(b * count * 4, count * 4);
                var candidates = Candidates(mine, least, order);
                int keep = 0;
                foreach (long candidate in candidates)
                {
                    if (keep == most) break;
                    if (Overlaps(places, (int)candidate, kept[..keep], overlap)) continue;
                    kept[keep++] = candidate;
                    (found[written], found[written + 1], found[written + 2]) = (b, c, candidate);
                    written += 3;
                }
            }

        found[..written].CopyTo(call.Output.Write<long>([written / 3, 3]));
    }

    /// <summary>The boxes that score enough, the best first, of equals the first.</summary>
    static ReadOnlySpan<long> Candidates(ReadOnlySpan<float> scores, float? least, Span<long> order)
    {
        int count = 0;
        for (int i = 0; i < scores.Length; i++)
            if (!(scores[i] <= least)) order[count++] = ((long)Descending(scores[i]) << 32) | (uint)i;
        var candidates = order[..count];
        candidates.Sort();
        foreach (ref long candidate in candidates) candidate &= uint.MaxValue;
        return candidates;
    }

    /// <summary>A whole number that is the smaller, the greater the score.</summary>
    static int Descending(float score)
    {
        int bits = BitConverter.SingleToInt32Bits(score);
        return ~(bits < 0 ? bits ^ int.MaxValue : bits);
    }

    bool Overlaps(ReadOnlySpan<float> boxes, int box, ReadOnlySpan<long> kept, float most)
    {
        foreach (long other in kept)
            if (IntersectionOverUnion(boxes.Slice(box * 4, 4), boxes.Slice((int)other * 4, 4)) > most) return true;
        return false;
    }

    float IntersectionOverUnion(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (top, left, bottom, right) = Corners(a);
        var (top2, left2, bottom2, right2) = Corners(b);
        float height = Math.Max(0, Math.Min(bottom, bottom2) - Math.Max(top, top2)), width = Math.Max(0, Math.Min(right, right2) - Math.Max(left, left2));
        float both = height * width, either = ((bottom - top) * (right - left)) + ((bottom2 - top2) * (right2 - left2)) - both;
        return either <= 0 ? 0 : both / either;
    }

    (float Top, float Left, float Bottom, float Right) Corners(ReadOnlySpan<float> box) => _centres   // x, y, width, height; else two opposite corners y, x
        ? (box[1] - (box[3] / 2), box[0] - (box[2] / 2), box[1] + (box[3] / 2), box[0] + (box[2] / 2))
        : (Math.Min(box[0], box[2]), Math.Min(box[1], box[3]), Math.Max(box[0], box[2]), Math.Max(box[1], box[3]));
}
