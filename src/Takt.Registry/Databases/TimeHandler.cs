using System.Data;
using System.Globalization;
using Dapper;

namespace Takt.Registry.Databases;

/// <summary>Times as ISO 8601 texts in UTC, which sort as they follow each other.</summary>
sealed class TimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
{
    public override DateTimeOffset Parse(object value) => DateTimeOffset.Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
        parameter.Value = value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
