using System.Globalization;
using Microsoft.AspNetCore.Http;
using Takt.Protocols.Problems;

namespace Takt.Web.Reading;

/// <summary>Reads the fields of a form one after the other and remembers what is wrong with any, so that all of it is told at once.</summary>
sealed class FormReader(IFormCollection form)
{
    readonly List<Problem> _problems = [];

    /// <summary>The number of a version; 0 where it is none.</summary>
    public int Version(string field) => Whole(field, "the number of a version") ?? 0;

    /// <summary>A number, with a comma or a point; 0 where it is none.</summary>
    public double Number(string field) =>
        double.TryParse(Text(field).Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= 0 ? number : Wrong<double>(field, "a number from 0");

    /// <summary>A whole number, null where the field is empty or it is none.</summary>
    public int? WholeOrNone(string field) => Text(field).Length == 0 ? null : Whole(field, "a whole number, or nothing");

    /// <summary>What a reader of the registry makes of the field.</summary>
    public T? Read<T>(string field, Func<string, T> read)
    {
        try
        {
            return read(Text(field));
        }
        catch (InputException wrong)
        {
            _problems.AddRange(wrong.Problems);
            return default;
        }
    }

    /// <exception cref="InputException">A field that was read was wrong.</exception>
    public void ThrowIfWrong()
    {
        if (_problems.Count > 0) throw new InputException(_problems);
    }

    int? Whole(string field, string expected) =>
        int.TryParse(Text(field), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : Wrong<int?>(field, expected);

    T? Wrong<T>(string field, string expected)
    {
        _problems.Add(new Problem($"{field.Replace('-', ' ')} '{Text(field)}'", expected));
        return default;
    }

    string Text(string field) => form[field].ToString().Trim();
}
