using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Takt.Data.Tables;

namespace Takt.Data.Readers;

/// <summary>Writes rows as JSON objects, one a line.</summary>
static class JsonLinesOutput
{
    public static void Write(Table table, Stream stream)
    {
        JsonEncodedText[] names = [.. table.Columns.Select(c => JsonEncodedText.Encode(TableWriter.HeaderOf(c), JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        var buffered = new BufferedStream(stream, 1 << 16);
        using var json = new Utf8JsonWriter(buffered, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        for (int row = 0; row < table.RowCount; row++)
        {
            json.WriteStartObject();
            for (int i = 0; i < names.Length; i++)
            {
                json.WritePropertyName(names[i]);
                WriteValue(json, table.Columns[i], row);
            }

            json.WriteEndObject();
            json.Flush();
            json.Reset();
            buffered.WriteByte((byte)'\n');
        }

        buffered.Flush();   // closing it would close the caller's stream
    }

    static void WriteValue(Utf8JsonWriter json, Column column, int row)
    {
        if (column.IsMissing(row)) json.WriteNullValue();
        else if (column is NumberColumn { Kind: ColumnKind.Boolean }) json.WriteBooleanValue(((NumberColumn)column).Values[row] != 0);
        else if (column is NumberColumn numbers && double.IsFinite(numbers.Values[row])) json.WriteNumberValue(numbers.Values[row]);
        else if (column is TimeColumn times) json.WriteStringValue(times.Values[row]!.Value.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
        else json.WriteStringValue(column.TextAt(row));   // JSON knows no infinite number: it stays visible as text
    }
}
