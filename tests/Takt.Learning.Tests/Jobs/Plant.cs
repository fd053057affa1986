using System.Globalization;
using System.Text;
using Takt.Learning.Jobs;
using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Learning.Tests.Jobs;

/// <summary>Small tables of an invented press, in a folder of their own.</summary>
sealed class Plant : IDisposable
{
    public Plant()
    {
        var random = new Generator(5);
        var faults = new StringBuilder("Batch,Grade,Pressure [bar],Temperature [°C],Failed,Yield [%]\n");
        for (int i = 0; i < 600; i++)
        {
            double pressure = 100 + (10 * random.NextNormal()), temperature = 60 + (5 * random.NextNormal());
            int grade = random.NextInt(3);
            double stress = ((pressure - 100) / 10) + ((temperature - 60) / 5) + (grade == 2 ? 1 : 0);
            faults.Append(CultureInfo.InvariantCulture, $"{i},{"ABC"[grade]},{pressure:F2},{temperature:F2},{(stress > 1.5 ? 1 : 0)},{95 - (2 * stress) + (0.2 * random.NextNormal()):F3}\n");
        }

        File.WriteAllText(In("press.csv"), faults.ToString());
        Histories("bearings.csv", units: 24, cutOff: false);
        string answers = Histories("bearings-test.csv", units: 8, cutOff: true);
        File.WriteAllText(In("answers.txt"), answers);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("takt-plant").FullName;

    public string In(string file) => Path.Combine(Folder, file);

    public TrainSpec Spec(string yaml) => TrainSpecReader.Parse(yaml, "spec.yaml", Folder);

    public TrainOutcome Train(TrainSpec spec, string run = "run", IProgress<JobProgress>? progress = null, CancellationToken stop = default) =>
        TrainJob.Run(spec, In(run), progress, TimeProvider.System, stop);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Vibration that grows towards the end of a life of 40 to 80 hours; cut off before the end it has answers.</summary>
    string Histories(string file, int units, bool cutOff)
    {
        var random = new Generator(cutOff ? 2u : 1u);
        var (rows, answers) = (new StringBuilder("unit,hour,vibration,load\n"), new StringBuilder());
        for (int unit = 1; unit <= units; unit++)
        {
            int life = 40 + random.NextInt(41), last = cutOff ? 10 + random.NextInt(life - 10) : life;
            answers.Append(CultureInfo.InvariantCulture, $"{life - last}\n");
            for (int hour = 1; hour <= last; hour++)
                rows.Append(CultureInfo.InvariantCulture, $"{unit},{hour},{Math.Exp((hour - life) / 15.0) + (0.02 * random.NextNormal()):F4},{random.NextNormal():F3}\n");
        }

        File.WriteAllText(In(file), rows.ToString());
        return answers.ToString();
    }
}
