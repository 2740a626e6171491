// What pages quote of Bench is what it prints today. A quotation stands between marks that name its command.


namespace Managarm.Perf.Bench.Tests;

public sealed class PageTests
{
    [Fact]
    public void The_page_on_layout_quotes_the_command()
    {
        string quoted = $"<!-- output of layout RingHeader: begin -->\n```text\n{Run("layout RingHeader")}```\n";
        Assert.Contains(quoted, Page("layout.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_on_measuring_and_the_help_say_the_same_of_a_quick_run()
    {
        const string said = "all workloads in about two minutes";
        Assert.Contains(said, string.Join(' ', Run("run --help").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.Contains(said, Page("measuring.md"), StringComparison.Ordinal);
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", name));

    private static string Run(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(0, BenchApplication.Run(line.Split(' '), output, error));
        return output.ToString();
    }
}
