using System.Globalization;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Expressions;

/// <summary>Recursive descent over the grammar that <see cref="Expression"/> states, one method a level, loosest first.</summary>
sealed class ExpressionParser(string text)
{
    /// <summary>Deep nesting would overflow the stack, which nothing can catch; no honest formula comes near.</summary>
    const int DeepestNesting = 100;

    static readonly OrderedDictionary<string, Func<double, double>> Functions = new()
    {
        ["abs"] = Math.Abs, ["sqrt"] = Math.Sqrt, ["exp"] = Math.Exp, ["log"] = Math.Log, ["log10"] = Math.Log10,
        ["sin"] = Math.Sin, ["cos"] = Math.Cos, ["tan"] = Math.Tan, ["floor"] = Math.Floor,
    };

    static readonly OrderedDictionary<string, Func<double, double, double>> Folds = new() { ["min"] = Math.Min, ["max"] = Math.Max };

    /// <summary>The columns in order of appearance, each with its first position, counted from 1.</summary>
    readonly OrderedDictionary<string, int> _columns = [];
    int _at;
    int _depth;

    public Expression Parse()
    {
        var root = Sum();
        if (Next() is not '\0') throw Unexpected("an operator or the end");
        return new(root, _columns);
    }

    Node Sum()
    {
        if (++_depth > DeepestNesting) throw new ExpressionError($"nesting deeper than {DeepestNesting}", _at + 1, "a shorter expression");
        var left = Product();
        while (true)
        {
            if (Take('+')) left = new AddNode(left, Product());
            else if (Take('-')) left = new SubtractNode(left, Product());
            else break;
        }

        _depth--;
        return left;
    }

    Node Product()
    {
        var left = Signed();
        while (true)
        {
            if (Take('*')) left = new MultiplyNode(left, Signed());
            else if (Take('/')) left = new DivideNode(left, Signed());
            else return left;
        }
    }

    Node Signed()
    {
        bool negative = false;
        while (true)
        {
            if (Take('-')) negative = !negative;
            else if (!Take('+')) return negative ? new NegateNode(Power()) : Power();
        }
    }

    Node Power()
    {
        var left = Value();
        if (!Take('^')) return left;
        if (++_depth > DeepestNesting) throw new ExpressionError($"nesting deeper than {DeepestNesting}", _at + 1, "a shorter expression");
        var power = new PowerNode(left, Signed());
        _depth--;
        return power;
    }

    Node Value()
    {
        char next = Next();
        if (char.IsAsciiDigit(next) || next == '.') return Number();
        if (next == '[') return Column(_at + 1, Bracketed());
        if (char.IsLetter(next) || next == '_') return Named();
        if (!Take('(')) throw Unexpected("a number, a column, a function or '('");
        var inner = Sum();
        Expect(')');
        return inner;
    }

    NumberNode Number()
    {
        int start = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.' || IsExponent(start))) _at++;
        string written = text[start.._at];
        return double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? new(value)
            : throw new ExpressionError($"'{written}'", start + 1, "a number such as 2, 0.5 or 1e-3");
    }

    /// <summary>Whether the character here belongs to an exponent: the e after a digit, or the sign after that e.</summary>
    bool IsExponent(int start)
    {
        if (_at == start) return false;
        char here = text[_at], before = text[_at - 1];
        if (here is 'e' or 'E') return (char.IsAsciiDigit(before) || before == '.') && !text[start.._at].Contains('e', StringComparison.OrdinalIgnoreCase);
        return here is '+' or '-' && before is 'e' or 'E';
    }

    /// <summary>A name in brackets; brackets inside the name must pair.</summary>
    string Bracketed()
    {
        int start = ++_at, open = 1;
        for (; _at < text.Length; _at++)
        {
            if (text[_at] == '[') open++;
            else if (text[_at] == ']' && --open == 0) return text[start.._at++].Trim();
        }

        throw new ExpressionError("'[' without its ']'", start, "[column name]");
    }

    Node Named()
    {
        int start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
        string name = text[start.._at];
        if (Next() != '(') return name == "pi" ? new NumberNode(Math.PI) : Column(start + 1, name);
        if (!Functions.ContainsKey(name) && !Folds.ContainsKey(name))
        {
            throw new ExpressionError($"unknown function '{name}'", start + 1, "a known function",
                NearestName.Suggest(name, [.. Functions.Keys, .. Folds.Keys]));
        }

        Expect('(');
        var inner = new List<Node> { Sum() };
        while (Take(',')) inner.Add(Sum());
        Expect(')');
        if (Functions.TryGetValue(name, out var function) && inner.Count == 1) return new FunctionNode(function, inner[0]);
        if (Folds.TryGetValue(name, out var fold) && inner.Count > 1) return new FoldNode(fold, [.. inner]);
        throw new ExpressionError($"{name} of {inner.Count}", start + 1, function is null ? $"{name}(a, b)" : $"{name}(a)");
    }

    ColumnNode Column(int position, string name)
    {
        _columns.TryAdd(name, position);
        return new(_columns.IndexOf(name));
    }

    /// <summary>The next character that is no space, which stays; '\0' at the end.</summary>
    char Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        return _at < text.Length ? text[_at] : '\0';
    }

    bool Take(char wanted)
    {
        if (Next() != wanted) return false;
        _at++;
        return true;
    }

    void Expect(char wanted)
    {
        if (!Take(wanted)) throw Unexpected($"'{wanted}'");
    }

    ExpressionError Unexpected(string expected)
    {
        char here = Next();
        return new(here == '\0' ? "the end" : $"'{here}'", _at + 1, expected,
            char.IsLetterOrDigit(here) || here == '_' ? "A column name of several words stands in brackets: [Rotational speed]" : null);
    }
}
