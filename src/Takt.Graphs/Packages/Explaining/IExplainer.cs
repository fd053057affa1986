using Takt.Data.Pipelines;
using Takt.Data.Tables;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Packages;

/// <summary>Says what each input column contributed to answers.</summary>
interface IExplainer
{
    /// <summary>One explanation for each answer, and where the time went.</summary>
    (Explanation[] Explanations, PredictionTimes Times) Explain(Table rows, WindowRows which, Answers answers, CancellationToken stop);
}
