using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Graphs.Plans.Compiling;
using Takt.Graphs.Plans.Operators;
using Takt.Protocols.Problems;
using Takt.Tests;
using Xunit.Abstractions;

namespace Takt.Graphs.Tests.Plans;

/// <summary>The ONNX project's own cases (and more, with answers from PyTorch and numpy) for the operators that plans compute.</summary>
public class ConformanceTests(ITestOutputHelper output)
{
    const string Folder = "conformance/onnx-node";

    /// <summary>Cases of known operators that are refused on purpose; each with what it needs.</summary>
    static readonly string[] s_refused =
    [
        "test_gelu_tanh_2",                // the tanh form of Gelu
        "test_lstm_with_peepholes",        // peepholes and sequence lengths
        "test_lstm_defaults",              // weights that come with the request
        "tk_lstm_torch_large",             // both directions in time
    ];

    /// <summary>Element types that plans do not compute in.</summary>
    static readonly string[] s_otherTypes = ["bfloat16", "uint4", "int4", "string"];

    [SharedDataFact(Folder + "/manifest.csv")]
    public void Every_case_of_a_known_operator_passes()
    {
        var failed = new List<string>();
        int passed = 0;
        foreach (string line in File.ReadLines(SharedData.PathOf(Folder + "/manifest.csv")).Skip(1))
        {
            string[] cells = line.Split(',');
            if (!cells[3].Split(' ').All(o => OperatorTable.Knows(o, out _)) || s_refused.Contains(cells[0]) || $"{cells[5]} {cells[6]}".Split(' ').Intersect(s_otherTypes).Any()) continue;
            if (Check(SharedData.PathOf($"{Folder}/{cells[0]}")) is { } difference) failed.Add($"{cells[0]}: {difference}");
            else passed++;
        }

        output.WriteLine($"{passed} passed, {failed.Count} failed");
        foreach (string failure in failed) output.WriteLine(failure);
        Assert.Empty(failed);
        Assert.True(passed >= 162, $"only {passed} cases ran");
    }

    [SharedDataFact(Folder + "/manifest.csv")]
    public void What_is_not_computed_is_refused_and_never_computed_wrongly() =>
        Assert.All(s_refused, name => Assert.Throws<InputException>(() => Plan.Compile(ModelFile.Read(SharedData.PathOf($"{Folder}/{name}/model.onnx")))));

    /// <summary>Null if all outputs agree, else what differs.</summary>
    static string? Check(string folder)
    {
        try
        {
            var model = ModelFile.Read(Path.Combine(folder, "model.onnx"));
            var plan = Plan.Compile(model);
            var found = plan.Run([.. plan.Inputs.Select((info, i) => Tensor(info.Name, Path.Combine(folder, "test_data_set_0", $"input_{i}.pb")))]);
            for (int i = 0; i < found.Length; i++)
            {
                var expected = Tensor(found[i].Name, Path.Combine(folder, "test_data_set_0", $"output_{i}.pb"));
                if (expected.Type != found[i].Type) return $"{found[i].Type} instead of {expected.Type}";
                if (!expected.Sizes.SequenceEqual(found[i].Sizes)) return $"[{string.Join(", ", found[i].Sizes)}] instead of [{string.Join(", ", expected.Sizes)}]";
                if (!Agree(expected, found[i])) return $"output {i} has other values";
            }

            return null;
        }
        catch (InputException wrong)
        {
            return wrong.Message;
        }
    }

    static NamedTensor Tensor(string name, string file)
    {
        var value = ConstantReader.Read(TensorProto.Parser.ParseFrom(File.ReadAllBytes(file)), file);
        return new NamedTensor(name, value.Type, value.Sizes, value.Bytes);
    }

    static bool Agree(NamedTensor expected, NamedTensor found) => expected.Type switch
    {
        ElementType.Float => Agree([.. expected.Elements<float>().ToArray().Select(v => (double)v)], [.. found.Elements<float>().ToArray().Select(v => (double)v)], 1e-5, 1e-3),
        ElementType.Float16 => Agree([.. expected.Elements<Half>().ToArray().Select(v => (double)v)], [.. found.Elements<Half>().ToArray().Select(v => (double)v)], 1e-3, 1e-2),
        ElementType.Double => Agree(expected.Elements<double>().ToArray(), found.Elements<double>().ToArray(), 1e-7, 1e-3),
        _ => expected.Bytes.SequenceEqual(found.Bytes),
    };

    static bool Agree(double[] expected, double[] found, double absolute, double relative)
    {
        double scale = absolute * Math.Max(1, expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max());
        return expected.Zip(found).All(pair => pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second) <= scale + (relative * Math.Abs(pair.First)));
    }
}
