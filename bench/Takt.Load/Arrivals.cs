namespace Takt.Load;

/// <summary>When requests are due.</summary>
/// <param name="rate">Requests a second at the beginning; 0 = each connection asks again as soon as it is answered.</param>
/// <param name="ramp">Requests a second at the end; null = as at the beginning.</param>
/// <param name="warm">Seconds that are not counted.</param>
/// <param name="seconds">Seconds that are.</param>
sealed class Arrivals(double rate, double? ramp, double warm, double seconds)
{
    /// <summary>Whether requests come whether or not the server keeps up.</summary>
    public bool IsOpen => rate > 0;

    /// <summary>When counting begins, in seconds.</summary>
    public double Start => warm;

    /// <summary>When the run ends.</summary>
    public double End => warm + seconds;

    /// <summary>Requests that are due until a moment.</summary>
    public long DueBy(double second)
    {
        if (second <= warm || ramp is not { } last) return (long)(rate * second);
        double counted = second - warm, slope = (last - rate) / seconds;
        return (long)((rate * warm) + (rate * counted) + (slope * counted * counted / 2));
    }

    /// <summary>When a request is due: the inverse of <see cref="DueBy"/>.</summary>
    public double DueAt(long request)
    {
        double before = rate * warm;
        if (request <= before || ramp is not { } last || last == rate) return request / rate;
        double slope = (last - rate) / seconds, more = request - before;
        return warm + ((Math.Sqrt((rate * rate) + (2 * slope * more)) - rate) / slope);
    }
}
