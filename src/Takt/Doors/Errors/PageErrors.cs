using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Web.Access;
using Takt.Web.Localization;
using Takt.Web.Pages;

namespace Takt.Doors.Errors;

/// <summary>Failures that a person with a browser sees: a page with the way back.</summary>
sealed class PageErrors : IErrorBody
{
    public bool Speaks(HttpContext context) => context.Request.IsOfPerson();

    public Task WriteAsync(HttpContext context, Failure failure)
    {
        var parameters = new Dictionary<string, object?> { [nameof(ProblemPage.Status)] = failure.Status };
        if (failure.Status == StatusCodes.Status404NotFound) parameters[nameof(ProblemPage.Reason)] = new Sentence("missing.address", context.Request.Path.ToString());
        else parameters[nameof(ProblemPage.Problems)] = failure.Problems.Take(Failure.Shown).Select(problem => problem.ToString()).ToList();
        return new RazorComponentResult<ProblemPage>(parameters) { StatusCode = failure.Status }.ExecuteAsync(context);
    }
}
