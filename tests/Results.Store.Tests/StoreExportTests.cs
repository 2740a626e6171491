// Out and in again: an export that was imported exports the same bytes, whatever the order in which the rows came, and a wrong
// line is named and leaves nothing behind.

namespace Managarm.Perf.Results.Store.Tests;

public sealed class StoreExportTests : IDisposable
{
    private readonly StoreSample sample = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    public void An_export_that_was_imported_exports_the_same()
    {
        sample.Put(StoreSample.PutAll);
        string export = sample.Export();
        string second = sample.At("second.sqlite");
        StoreSample.Put(second, writer => Import(writer, export));
        Assert.Equal(export, StoreSample.Export(second));
        StoreWriter again = StoreSample.Put(second, writer => Import(writer, export));
        Assert.Equal((0, 0), (again.Added, again.Changed));
        Assert.Equal(export, StoreSample.Export(second));
    }

    [Fact]
    public void The_order_in_which_rows_came_does_not_show()
    {
        string second = sample.At("second.sqlite");
        Action<StoreWriter>[] steps = [.. Enumerable.Range(0, 20).Select(
            number => (Action<StoreWriter>)(writer => writer.Put(StoreSample.Campaign with { Campaign = $"night-{number}" })))];
        sample.Put(writer => Array.ForEach(steps, step => step(writer)));
        StoreSample.Put(second, writer => Array.ForEach([.. steps.Reverse()], step => step(writer)));
        Assert.Equal(sample.Export(), StoreSample.Export(second));
    }

    [Fact]
    public void An_export_has_every_table_and_every_column()
    {
        sample.Put(StoreSample.PutAll);
        string[] lines = sample.Export().Split('\n');
        const string Tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migrations'";
        string[] tables = RawStore.Query(sample.Store, Tables);
        Assert.Equal(9, tables.Length);
        foreach (string table in tables)
        {
            string line = lines.First(each => each.StartsWith($"{{\"table\":\"{table}\",", StringComparison.Ordinal));
            string[] columns = RawStore.Query(sample.Store, $"SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
            using var row = System.Text.Json.JsonDocument.Parse(line);
            Assert.Equal(["table", .. columns], row.RootElement.EnumerateObject().Select(member => member.Name));
        }
    }

    [Fact]
    public void An_empty_store_has_an_export()
    {
        sample.Put(_ => { });
        Assert.Equal("{\"store\":\"Managarm.Perf\",\"version\":1}\n{\"rows\":0}\n", sample.Export());
    }

    public static TheoryData<string, string, string> WrongLines => new()
    {
        { "\"version\":1}", "\"version\":2}", "test:1: the export is of version 2 and this program knows 1" },
        { "\"version\":1}", "\"version\":0}", "test:1: the export is of version 0" },
        { "\"version\":1}", "\"version\":\"1\"}", "test:1: this is no export" },
        { "{\"store\":\"Managarm.Perf\"", "{\"store\":\"Other\"", "test:1: this is no export" },
        { "{\"store\":\"Managarm.Perf\",\"version\":1}", "[]", "test:1: this is no object" },
        { "{\"store\":\"Managarm.Perf\",\"version\":1}", "", "test:1: this is no JSON" },
        { "{\"table\":\"machines\"", "{\"table\":\"engines\"", "test:2: the line has no table that is known" },
        { "{\"table\":\"machines\"", "{\"fable\":\"machines\"", "test:2: the line has no table that is known" },
        { "\"processors\":8", "\"processors\":8.5", "test:2: machines " },
        { "\"processors\":8", "\"processors\":\"8\"", "test:2: machines " },
        { "\"processors\":8", "\"processors\":0", "test:2: machines " },
        { "\"processors\":8", "\"processors\":8,\"cores\":4", "test:2: machines has other members than its columns" },
        { "\"processors\":8,", "", "test:2: machines needs processors" },
        { "\"processors\":8", "\"processors\":8,\"processors\":9", "test:2: machines has other members than its columns" },
        { "\"system\":\"Plan 9\"", "\"system\":null", "test:2: machines " },
        { "\"system\":\"Plan 9\"", "\"system\":\"\\ud800\"", "test:2: a text is no Unicode" },
        { "\"tree\":\"clean\"", "\"tree\":\"tidy\"", "test:4: " },
        { "\"seed\":\"18446744073709551615\"", "\"seed\":\"18446744073709551616\"", "test:7: campaigns night-1: seed is no" },
        { "\"is_finished\":0", "\"is_finished\":2", "test:7: campaigns night-1: is_finished is no 0 or 1" },
        { "\"cause\":\"O1\",\"prov", "\"cause\":\"O2\",\"prov", "test:12: findings night-1 tristate-liveness-read-" },
        { "{\"rows\":16}", "{\"rows\":17}", "test:18: there are 16 rows, and the last line counts 17" },
        { "{\"rows\":16}", "", "test:18: this is no JSON" },
        { "{\"rows\":16}\n", "", "test: the export was cut short" },
        { "{\"rows\":16}\n", "{\"rows\":16}\n{}\n", "test:19: there is something behind the last line" },
    };

    [Theory]
    [MemberData(nameof(WrongLines))]
    public void A_wrong_line_is_named_and_nothing_is_kept(string right, string wrong, string message)
    {
        sample.Put(StoreSample.PutAll);
        string export = sample.Export();
        Assert.Contains(right, export, StringComparison.Ordinal);
        int place = export.IndexOf(right, StringComparison.Ordinal);
        string broken = string.Concat(export.AsSpan(0, place), wrong, export.AsSpan(place + right.Length));
        string second = sample.At("second.sqlite");
        StoreSample.Put(second, writer => writer.Put(StoreSample.Campaign with { Campaign = "kept" }));
        string before = StoreSample.Export(second);
        var failure = Assert.Throws<CommandException>(() => StoreSample.Put(second, writer => Import(writer, broken)));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Equal(CommandExit.BadInput, failure.ExitCode);
        Assert.Equal(before, StoreSample.Export(second));
    }

    [Fact]
    public void An_import_that_is_ended_keeps_nothing()
    {
        sample.Put(StoreSample.PutAll);
        string export = sample.Export();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        string second = sample.At("second.sqlite");
        Assert.Throws<OperationCanceledException>(() => StoreSample.Put(
            second, writer => writer.PutExport(new StringReader(export), stop.Token)));
        Assert.Empty(RawStore.Query(second, "SELECT * FROM machines"));
    }

    private static void Import(StoreWriter writer, string export)
    {
        using var lines = new StringReader(export);
        writer.PutExport(lines, CancellationToken.None);
    }
}
