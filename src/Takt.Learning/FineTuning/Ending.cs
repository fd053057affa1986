using Takt.Graphs.Onnx;
using Takt.Learning.Objectives;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.FineTuning;

/// <summary>
/// The end of a model that training goes on from. A loss looks at numbers before the output function, so that one is taken off and put back at the end;
/// where the data asks for other outputs than the model has, its last layer is replaced.
/// </summary>
sealed class Ending
{
    readonly Objective _objective;
    readonly string _outputName;

    /// <summary>Copies the model, opens its batch and takes the output function off.</summary>
    public Ending(BaseModel model, Objective objective)
    {
        (_objective, Name, Model) = (objective, model.Name, model.Model.Clone());
        if (Model.Graph.Output.Count == 0) throw new InputException("a model without outputs", "one", where: "model.from");
        Model.Graph.ValueInfo.Clear();   // what is noted of values in between may not be true of what it becomes
        GraphSurgery.OpenBatch(Model.Graph);
        _outputName = Model.Graph.Output[0].Name;
        IsProbability = objective.OutputFunction is not null && model.Package?.Task == "classification";
        while (GraphSurgery.MakerOf(Model.Graph, Model.Graph.Output[0].Name) is { } last && IsOutputFunction(last))
        {
            IsProbability &= last.OpType == "Identity";
            GraphSurgery.Remove(Model.Graph, last);
        }
    }

    /// <summary>What the spec calls the model.</summary>
    public string Name { get; }

    /// <summary>The model without its output function.</summary>
    public ModelProto Model { get; }

    /// <summary>Names of the weights that were added here.</summary>
    public IReadOnlyList<string> NewWeights { get; private set; } = [];

    /// <summary>What people should know of it.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Whether the model gives probabilities in another way than by an output function at its end, as the mean of an ensemble does.</summary>
    bool IsProbability { get; }

    /// <summary>Makes the outputs what the objective needs.</summary>
    /// <param name="outputs">How many there are.</param>
    /// <param name="answers">What the model makes of some rows.</param>
    /// <param name="random">Source of new weights.</param>
    /// <returns>Whether the model changed.</returns>
    /// <exception cref="InputException">The last layer had to be replaced, but the model does not end in a fully connected one.</exception>
    public bool Fit(int outputs, Tensor answers, Generator random)
    {
        bool asksForClasses = _objective.OutputFunction is not null;
        bool fits = outputs == _objective.Outputs || (asksForClasses && outputs == 2 && _objective.Outputs == 1);
        if (fits && asksForClasses && (IsProbability || (outputs > 1 && AreShares(answers))))
        {
            GraphSurgery.AppendLogits(Model.Graph, outputs);
            if (outputs == 2 && _objective.Outputs == 1) GraphSurgery.AppendDifference(Model.Graph);
            return true;
        }

        if (outputs == _objective.Outputs) return false;
        if (fits)
        {
            GraphSurgery.AppendDifference(Model.Graph);
            return true;
        }

        NewWeights = GraphSurgery.ReplaceLastLayer(Model.Graph, _objective.Outputs, random);
        Notes.Add($"{Name} gives {outputs} {(outputs == 1 ? "number" : "numbers")} where {_objective.Outputs} {(_objective.Outputs == 1 ? "is" : "are")} needed: its last layer was replaced and starts anew.");
        return true;
    }

    /// <summary>Puts the output function behind trained weights.</summary>
    public ModelProto Close(ModelProto trained)
    {
        if (_objective.OutputFunction is { } function) GraphSurgery.Append(trained.Graph, function, _outputName);
        var shape = trained.Graph.Output[0].Type.TensorType.Shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = _objective.Outputs });
        return trained;
    }

    bool IsOutputFunction(NodeProto node) => node.OpType == "Identity" || (_objective.OutputFunction is not null && node.OpType is "Sigmoid" or "Softmax");

    /// <summary>Whether every row adds up to 1.</summary>
    static bool AreShares(Tensor answers)
    {
        const double slack = 1e-4;
        for (int row = 0; row < answers.Shape[0]; row++)
        {
            double sum = 0;
            foreach (float value in answers.Values.Slice(row * answers.Shape[1], answers.Shape[1]))
            {
                if (value is < 0 or > 1) return false;
                sum += value;
            }

            if (Math.Abs(sum - 1) > slack) return false;
        }

        return true;
    }
}
