using Takt.Data.Readers;
using Takt.Data.Tables;
using Takt.Tests;
using static Takt.Data.Tests.Readers.Reading;

namespace Takt.Data.Tests.Readers;

public class RealFilesTests
{
    [SharedDataFact("data/ai4i2020/ai4i2020.csv.gz")]
    public void AI4I_has_units_kinds_and_ten_thousand_rows()
    {
        var read = TableReader.Read(SharedData.PathOf("data/ai4i2020/ai4i2020.csv.gz"));
        Assert.Equal((10_000, 14), (read.Table.RowCount, read.Table.Columns.Count));
        Assert.Equal("Nm", read.Table["Torque"].Unit);
        Assert.Equal("K", read.Table["Air temperature"].Unit);
        Assert.Equal(339, read.Table.Numbers("Machine failure").Sum());
        Assert.Equal("L", read.Table.Texts("Type")[1]);
        Assert.Equal(new FileFormat(FileLayout.Delimited, ',', "utf-8", Header: true, Compressed: true), read.Format);
        Assert.Empty(read.BadRows);
        Assert.Equal(64, read.Sha256.Length);
    }

    [SharedDataFact("data/cmapss/train_FD001.txt.gz")]
    public void C_MAPSS_is_parted_by_spaces_and_has_no_header()
    {
        var read = TableReader.Read(SharedData.PathOf("data/cmapss/train_FD001.txt.gz"));
        Assert.Equal((20_631, 26), (read.Table.RowCount, read.Table.Columns.Count));
        Assert.Equal((' ', false), (read.Format.Delimiter!.Value, read.Format.Header));
        Assert.All(read.Table.Columns, c => Assert.Equal(ColumnKind.Number, c.Kind));
        Assert.Equal(23.4190, read.Table.Numbers("c26")[0]);
        Assert.Equal(100, read.Table.Numbers("c1").Max());
        var lives = TableReader.Read(SharedData.PathOf("data/cmapss/RUL_FD001.txt")).Table;
        Assert.Equal((100, 112.0), (lives.RowCount, lives.Numbers("c1")[0]));
    }

    [SharedDataFact("data/steel-energy/Steel_industry_data.csv.gz")]
    public void Steel_energy_has_times_and_a_unit_in_round_brackets()
    {
        var table = TableReader.Read(SharedData.PathOf("data/steel-energy/Steel_industry_data.csv.gz")).Table;
        Assert.Equal(35_040, table.RowCount);
        Assert.Equal(new DateTime(2018, 1, 1, 0, 15, 0, DateTimeKind.Utc), table.Times("timestamp")[0]);
        Assert.Equal("tCO2", table["CO2"].Unit);
        Assert.Null(table["Lagging_Current_Reactive.Power_kVarh"].Unit);
        Assert.Equal("Light_Load", table.Texts("Load_Type")[0]);
    }

    [SharedDataFact("data/bike-sharing/hour.csv.gz")]
    public void Bike_sharing_dates_turn_out_to_be_month_first()
    {
        var table = TableReader.Read(SharedData.PathOf("data/bike-sharing/hour.csv.gz")).Table;
        var days = table.Times("dteday");
        Assert.Equal(17_379, table.RowCount);
        Assert.Equal(new DateTime(2011, 1, 1, 0, 0, 0, DateTimeKind.Utc), days[0]);
        Assert.Equal(new DateTime(2012, 12, 31, 0, 0, 0, DateTimeKind.Utc), days[^1]);
    }

    [SharedDataFact("data/nab/realKnownCause/machine_temperature_system_failure.csv")]
    public void NAB_series_are_time_and_value()
    {
        var table = TableReader.Read(SharedData.PathOf("data/nab/realKnownCause/machine_temperature_system_failure.csv")).Table;
        Assert.Equal(22_695, table.RowCount);
        Assert.Equal(ColumnKind.Time, table["timestamp"].Kind);
        Assert.Equal(73.96732207, table.Numbers("value")[0]);
    }

    [SharedDataFact("data/skab/anomaly-free/anomaly-free.csv.gz")]
    public void SKAB_is_parted_by_semicolons()
    {
        var read = TableReader.Read(SharedData.PathOf("data/skab/anomaly-free/anomaly-free.csv.gz"));
        Assert.Equal((9_405, ';'), (read.Table.RowCount, read.Format.Delimiter!.Value));
    }

    [SharedDataFact("data/m4/Hourly-test.csv.gz")]
    public void M4_quotes_every_cell()
    {
        var table = TableReader.Read(SharedData.PathOf("data/m4/Hourly-test.csv.gz")).Table;
        Assert.Equal((414, 49), (table.RowCount, table.Columns.Count));
        Assert.Equal(619, table.Numbers("V2")[0]);
    }

    [SharedDataFact("data/movielens-small/movies.csv.gz")]
    public void Commas_inside_quotes_do_not_part_cells()
    {
        var table = TableReader.Read(SharedData.PathOf("data/movielens-small/movies.csv.gz")).Table;
        Assert.Equal((9_742, 3), (table.RowCount, table.Columns.Count));
        Assert.Contains("American President, The (1995)", table.Texts("title"));
    }

    [SharedDataFact("data/sentiment-sentences/yelp_labelled.txt")]
    public void Sentences_are_parted_by_tabs()
    {
        var read = TableReader.Read(SharedData.PathOf("data/sentiment-sentences/yelp_labelled.txt"));
        Assert.Equal((1000, 2, false), (read.Table.RowCount, read.Table.Columns.Count, read.Format.Header));
    }
}
