using Takt.Tensors;

namespace Takt.EndToEnd.Malformed;

/// <summary>Damages the form of a page: values that no browser sends, fields that are missing, there twice or a thousand times, escapes that are none.</summary>
sealed class FormMutator(Generator random)
{
    static readonly string[] s_painful =
    [
        "", "+", "%", "%0", "%zz", "%00", "a%00b", "%ff%fe", "%c3%28", "%ed%a0%80", "%uD800", "%0d%0aSet-Cookie:+a=b", "%F0%9F%98%80", "\u00ff", "=", "==a", ";", "-1", "0", "1", "2", "1e999", "NaN", "Infinity", "99999999999999999999",
        "0x10", "1,5", "1%2c5", "admin", "Admin", "7", "%27+or+1%3d1--", "../../etc/passwd", "//evil.example", "%2f%2fevil.example", "/%5cevil.example", "/%09/evil.example", "https://evil.example", "javascript:alert(1)",
        "%3Cscript%3E", "press:0", "spare@nobody", "L%2cM", new string('v', 300), new string('v', 70_000),
    ];

    static readonly string[] s_names = ["", "__proto__", "%00", "%ff", "account", "password", "back", "version", "Torque", "a[0]", "a[b][c]", new string('n', 3000)];

    /// <summary>A damaged copy.</summary>
    public string Mutate(string form)
    {
        var fields = form.Split('&').Select(field => field.Split('=', 2)).Select(field => (Name: field[0], Value: field.Length > 1 ? field[1] : "")).ToList();
        for (int i = random.NextInt(3) == 0 ? 1 + random.NextInt(3) : 1; i > 0 && fields.Count > 0; i--)
        {
            int at = random.NextInt(fields.Count);
            switch (random.NextInt(8))
            {
                case 0: fields.RemoveAt(at); break;
                case 1: fields.Add((fields[at].Name, Pick(s_painful))); break;   // twice
                case 2: fields.Add((Pick(s_names), Pick(s_painful))); break;
                case 3: fields[at] = (Pick(s_names), fields[at].Value); break;
                case 4 when fields[at].Name.Length + fields[at].Value.Length < 100: fields.AddRange(Enumerable.Repeat(fields[at], 1100)); break;   // more than a form may have
                default: fields[at] = (fields[at].Name, Pick(s_painful)); break;
            }
        }

        return string.Join(random.NextInt(30) == 0 ? '\n' : '&', fields.Select(field => $"{field.Name}={field.Value}"));
    }

    string Pick(string[] all) => all[random.NextInt(all.Length)];
}
