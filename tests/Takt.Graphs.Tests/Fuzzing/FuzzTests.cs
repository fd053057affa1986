using System.Diagnostics;
using System.Globalization;
using Takt.Graphs.Checking.Inference;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using Takt.Tensors;
using Takt.Tests;
using Xunit.Abstractions;

namespace Takt.Graphs.Tests.Fuzzing;

/// <summary>
/// Thousands of damaged models: read, checked, inferred, compiled and, where that succeeds, run. The answer is a result or an input error; no other exception, no
/// crash, no hang, no memory beyond the limits. Time-boxed; <c>TAKT_FUZZ=20000</c> makes it run so many to the end, <c>TAKT_FUZZ_SEED</c> other ones, <c>TAKT_FUZZ_ONE</c> a single one.
/// </summary>
[Collection(nameof(FuzzTests))]
public class FuzzTests(ITestOutputHelper output)
{
    static readonly TimeSpan s_box = TimeSpan.FromSeconds(25), s_longest = TimeSpan.FromSeconds(5);

    static readonly ModelLimits s_limits = new() { ConstantBytes = 32 << 20, RunBytes = 64 << 20, Nodes = 20_000, Steps = 200_000 };

    /// <summary>What one model may allocate on its way: its limits, and as much again for what is thrown away.</summary>
    const long MostAllocated = 256 << 20;

    [Fact]
    public void Damaged_models_are_answered_or_refused()
    {
        long wanted = long.Parse(Environment.GetEnvironmentVariable("TAKT_FUZZ") ?? "0", CultureInfo.InvariantCulture);
        ulong seed = ulong.Parse(Environment.GetEnvironmentVariable("TAKT_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        byte[][] files = [.. Files()];
        string[] operators = [.. files.SelectMany(f => ModelWalk.Nodes(ModelProto.Parser.ParseFrom(f))).Select(n => n.OpType).Distinct().Order(StringComparer.Ordinal)];
        var watch = Stopwatch.StartNew();
        int compiled = 0, ran = 0, done = 0;
        var failures = new List<string>();
        if (Environment.GetEnvironmentVariable("TAKT_FUZZ_ONE") is { Length: > 0 } one)   // a failure's number again, with the model it is about
        {
            var random = new Generator(ulong.Parse(one, CultureInfo.InvariantCulture));
            byte[] file = new ModelMutator(random, operators).Mutate(files[random.NextInt(files.Length)]);
            output.WriteLine(Describe(file));
            Assert.Null(Try(file, random, ref compiled, ref ran));
            return;
        }

        for (; (wanted > 0 ? done < wanted : watch.Elapsed < s_box) && failures.Count < 20; done++)
        {
            ulong own = (seed << 32) + (ulong)done;
            var random = new Generator(own);
            byte[] file = new ModelMutator(random, operators).Mutate(files[random.NextInt(files.Length)]);
            if (Try(file, random, ref compiled, ref ran) is { } failure) failures.Add($"seed {own}: {failure}");
        }

        output.WriteLine($"{done} damaged models in {watch.Elapsed.TotalSeconds:0} s: {compiled} compiled, {ran} ran");
        foreach (string failure in failures) output.WriteLine(failure);
        Assert.Empty(failures);
        Assert.True(done > 100, $"only {done} in time");
    }

    /// <summary>The project's own small networks and, where they are there, the conformance models.</summary>
    static IEnumerable<byte[]> Files()
    {
        foreach (string name in Network.Names) yield return ModelFile.ToBytes(Network.Of(name).Trace());
        if (SharedData.Root is not { } shared) yield break;
        foreach (string path in Directory.EnumerateFiles(Path.Combine(shared, "conformance"), "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (new FileInfo(path).Length < 30_000) yield return File.ReadAllBytes(path);
    }

    static string Describe(byte[] file)
    {
        try
        {
            string text = ModelProto.Parser.ParseFrom(file).ToString();
            return text.Length <= 6000 ? text : text[..6000] + "…";
        }
        catch (Google.Protobuf.InvalidProtocolBufferException broken)
        {
            return broken.Message;
        }
    }

    static string? Try(byte[] file, Generator random, ref int compiled, ref int ran)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        string stage = "reading";
        string? failure = null;
        try
        {
            var model = ModelFile.Parse(file, "damaged.onnx");
            stage = "compiling";
            var plan = Plan.Compile(model, s_limits);
            compiled++;
            stage = "inferring";
            ShapeInference.Run(model);
            stage = "running";
            if (Draw(plan, random) is { } inputs)
            {
                plan.Run(inputs);
                ran++;
            }
        }
        catch (InputException)
        {
        }
        catch (Exception other)
        {
            failure = $"{stage}: {other.GetType().Name} {other.Message.Split('\n')[0]} {other.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("Takt.", StringComparison.Ordinal))?.Trim()}";
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > MostAllocated) failure ??= $"{stage}: {allocated >> 20} MB allocated";
        if (watch.Elapsed > s_longest && Process.GetCurrentProcess().TotalProcessorTime - cpu > s_longest) failure ??= $"{stage}: {watch.Elapsed.TotalSeconds:0.0} s";
        return failure;
    }

    /// <summary>Inputs as the plan declares them; null where it declares more than fits.</summary>
    static NamedTensor[]? Draw(Plan plan, Generator random)
    {
        var tensors = new List<NamedTensor>();
        int open = 1 + random.NextInt(4);
        foreach (var info in plan.Inputs)
        {
            if (info.IsSequence) return null;
            int[] sizes = [.. (info.Sizes ?? [open, open]).Select(s => s < 0 ? open : s)];
            long count = sizes.Aggregate(1L, (n, s) => n * s is var product && product <= 1 << 20 ? product : (1 << 20) + 1);
            if (count > 1 << 20 || sizes.Length > 60) return null;
            tensors.Add(Draw(info, (int)count, sizes, random));
        }

        return [.. tensors];
    }

    static NamedTensor Draw(TensorInfo info, int count, int[] sizes, Generator random)
    {
        return info.Type switch
        {
            ElementType.Float32 => NamedTensor.Of<float>(info.Name, Many(() => (float)random.NextNormal()), sizes),
            ElementType.Float64 => NamedTensor.Of<double>(info.Name, Many(random.NextNormal), sizes),
            ElementType.Float16 => NamedTensor.Of<Half>(info.Name, Many(() => (Half)random.NextNormal()), sizes),
            ElementType.Bool => NamedTensor.Of<bool>(info.Name, Many(() => random.NextBool()), sizes),
            ElementType.Int64 => NamedTensor.Of<long>(info.Name, Many(() => random.NextInt(20) == 0 ? long.MaxValue : random.NextInt(12) - 4L), sizes),
            ElementType.Int32 => NamedTensor.Of<int>(info.Name, Many(() => random.NextInt(12) - 4), sizes),
            ElementType.Int8 => NamedTensor.Of<sbyte>(info.Name, Many(() => (sbyte)random.NextInt(256)), sizes),
            ElementType.UInt8 => NamedTensor.Of<byte>(info.Name, Many(() => (byte)random.NextInt(256)), sizes),
            ElementType.String => NamedTensor.OfTexts(info.Name, Many(() => random.NextInt(2) == 0 ? "" : "ab c"), sizes),
            _ => throw new InputException($"an input of {info.Type}"),
        };

        T[] Many<T>(Func<T> draw)
        {
            var values = new T[count];
            for (int i = 0; i < count; i++) values[i] = draw();
            return values;
        }
    }
}

/// <summary>Nothing runs beside it, so that the processor time of the process is its own.</summary>
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
public class FuzzTestsAlone;
