using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Protocols.Explanations;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Serving.Calls;
using Takt.Serving.Planes;
using Takt.Web.Reading;

namespace Takt.Web.Pages;

/// <summary>The form that asks a model about one row. It answers a plain form post with the whole page; htmx takes the answer out of it.</summary>
static class TryPages
{
    public static Task<IResult> ShowAsync(string name, DataPlane plane, CancellationToken stop) =>
        WithModelAsync(name, plane, (model, version) => Task.FromResult<IResult>(Page(name, model, version, [])), stop);

    public static Task<IResult> AskAsync(string name, HttpRequest request, DataPlane plane, TimeProvider clock, CancellationToken stop) =>
        WithModelAsync(name, plane, async (model, version) =>
        {
            var form = await request.FormAsync(stop);
            var written = model.Columns.ToDictionary(column => column.Name, column => form[column.Name].ToString().Trim());
            var answer = new Dictionary<string, object?> { [nameof(TryPage.Written)] = written };
            try
            {
                long start = clock.GetTimestamp();
                // A window is the one row again and again: a machine that stands still looks like this.
                var rows = Enumerable.Range(0, model.WindowLength).Select(step => Row(model, written, clock.GetUtcNow().AddSeconds(step - model.WindowLength), step)).ToList();
                var call = new CallContext(ModelReference.Parse(name)) { Door = RequestDoors.Page, Stop = stop };
                answer[nameof(TryPage.Answer)] = (await PredictAsync(plane, call, rows)).Response.Predictions[^1];
                answer[nameof(TryPage.Milliseconds)] = clock.GetElapsedTime(start).TotalMilliseconds;
            }
            catch (InputException error)
            {
                // A form has one row; its number would only puzzle.
                var problems = error is RowsRejectedException rejected ? rejected.Rows.Select(row => row.Problem) : error.Problems;
                answer[nameof(TryPage.Problems)] = problems.Select(problem => problem.ToString()).ToList();
            }

            return Page(name, model, version, answer);
        }, stop);

    /// <summary>With reasons, or without where the model cannot give any.</summary>
    static async Task<PredictAnswer> PredictAsync(DataPlane plane, CallContext call, IReadOnlyList<JsonObject> rows)
    {
        try
        {
            return await plane.PredictAsync(call, new RowsRequest(rows, Explain: true) { Method = ExplanationMethod.Auto });
        }
        catch (InputException error) when (error is not RowsRejectedException)
        {
            return await plane.PredictAsync(call, new RowsRequest(rows));
        }
    }

    static async Task<IResult> WithModelAsync(string name, DataPlane plane, Func<ModelDescription, int, Task<IResult>> show, CancellationToken stop)
    {
        try
        {
            var (model, version) = await plane.DescribeAsync(ModelReference.Parse(name), stop);
            if (model.Columns.Count == 0) return WebPages.Missing("missing.form", name);
            return await show(model, version);
        }
        catch (InputException error)
        {
            return WebPages.Missing(error.Problems[0]);
        }
        catch (ModelUnavailableException error)
        {
            return WebPages.Missing(error.Problems[0]);
        }
    }

    static RazorComponentResult<TryPage> Page(string name, ModelDescription model, int version, Dictionary<string, object?> more)
    {
        (more[nameof(TryPage.Name)], more[nameof(TryPage.Version)], more[nameof(TryPage.Model)]) = (name, version, model);
        return new RazorComponentResult<TryPage>(more);
    }

    /// <summary>The row of the form; its time and group, which the form does not ask for, are those of the moment. Empty is missing.</summary>
    static JsonObject Row(ModelDescription model, Dictionary<string, string> written, DateTimeOffset time, int step) => new(model.Columns
        .Where(column => column.Role != InputRole.Feature || written[column.Name].Length > 0)
        .Select(column => KeyValuePair.Create<string, JsonNode?>(column.Name, column switch
        {
            { Role: InputRole.Feature } => Value(column, written[column.Name]),
            { Kind: InputKind.Time } => JsonValue.Create(time.UtcDateTime.ToString("o", CultureInfo.InvariantCulture)),
            { Kind: InputKind.Number } => JsonValue.Create(step),
            _ => JsonValue.Create("form"),
        })));

    /// <summary>Numbers as numbers; what is none, or as vast as 1e999, stays text, so that the model's own reader says what is wrong with it.</summary>
    static JsonValue? Value(InputColumn column, string text) => column.Kind switch
    {
        InputKind.Number when double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) => JsonValue.Create(number),
        InputKind.Boolean when bool.TryParse(text, out bool answer) => JsonValue.Create(answer),
        _ => JsonValue.Create(text),
    };
}
