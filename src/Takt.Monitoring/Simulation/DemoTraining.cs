namespace Takt.Monitoring.Simulation;

/// <summary>The training of the demo's model: what to learn from the simulated plant's history, as a train spec.</summary>
public static class DemoTraining
{
    /// <summary>The model's name in the registry.</summary>
    public const string Model = "line-fault";

    /// <summary>Cycles of the training set: two weeks at one part a minute, some sixty faults.</summary>
    public const int Cycles = 20_000;

    /// <summary>The train spec (YAML). The newest part of the history is the test: what comes next is what counts on a line.</summary>
    /// <param name="file">The CSV of <see cref="PlantHistory"/>, absolute or relative to where the spec is kept.</param>
    public static string Spec(string file) => $$"""
        name: {{Model}}
        task: classification
        data:
          file: '{{file.Replace("'", "''")}}'
          target: {{PlantHistory.FaultColumn}}
          time: {{PlantHistory.TimeColumn}}
          # The cycle number and the kind of fault are known only afterwards.
          ignore: [{{PlantHistory.CycleColumn}}, {{PlantHistory.FaultKindColumn}}]
          split: { by: time, test: 0.2, validation: 0.2 }
        prepare: auto
        # Small and regularised: neighbouring cycles are alike, so a larger network learns the weeks by heart.
        model: { family: dense, layers: [32, 16], dropout: 0.1 }
        train: { epochs: 40, batch: 128, optimizer: adamw, rate: 0.002, weight_decay: 0.02, patience: 8, seed: 7 }

        """;
}
