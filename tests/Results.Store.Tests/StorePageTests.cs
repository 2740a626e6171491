// What docs/store.md says of the tables is what a store has, and its questions can be asked.

using System.Text.RegularExpressions;

namespace Managarm.Perf.Results.Store.Tests;

public sealed partial class StorePageTests : IDisposable
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "store.md"));

    private readonly StoreSample sample = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    public void The_page_has_every_table_with_its_key()
    {
        sample.Put(StoreSample.PutAll);
        string[] tables = RawStore.Query(sample.Store, "SELECT name FROM sqlite_schema WHERE type = 'table'");
        string[] expected = [.. tables.Where(table => table != "migrations").Select(RowOf).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, Row().Matches(Page).Select(match => match.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_questions_of_the_page_have_answers()
    {
        sample.Put(StoreSample.PutAll);
        MatchCollection questions = Question().Matches(Page);
        Assert.Equal(3, questions.Count);
        Assert.Equal(["flag-not-reset", "2026-01-31T23:59:59Z", "tristate-panic-read-0000"], questions.Select(Answer));
    }

    /// <summary>The first field of the first row; a cause is made new, so that the second question finds one.</summary>
    private string Answer(Match question)
    {
        RawStore.Query(sample.Store, "UPDATE causes SET is_new = 1 WHERE cause = 'none'");
        return RawStore.Query(sample.Store, question.Groups[1].Value)[0];
    }

    private string RowOf(string table)
    {
        string[] key = RawStore.Query(sample.Store, $"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk");
        return $"| `{table}` | {string.Join(", ", key.Select(column => $"`{column}`"))} |";
    }

    [GeneratedRegex("^\\| `[a-z_]+` \\| `[a-z_`, ]+` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("^```sql\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Question();
}
