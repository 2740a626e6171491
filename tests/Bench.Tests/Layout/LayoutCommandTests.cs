// The command `layout` by its public surface: tables, documents, and one line for a name that does not exist.

using System.Text.Json;

namespace Managarm.Perf.Bench.Tests.Layout;

public sealed class LayoutCommandTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public void A_structure_is_shown_by_name_in_any_case()
    {
        Assert.Equal(0, Run("layout ringheader"));
        Assert.StartsWith("RingHeader: 256 bytes", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("producer", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("MpscHeader:", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_structures_are_one_versioned_document()
    {
        Assert.Equal(0, Run("layout --json"));
        using var document = JsonDocument.Parse(output.ToString());
        Assert.Equal(1, document.RootElement.GetProperty("version").GetInt32());
        Assert.True(document.RootElement.GetProperty("structures").GetArrayLength() > 30);
    }

    [Theory]
    [InlineData("layout NoSuchStructure", "NoSuchStructure")]
    [InlineData("layout --depth 9", "'9'")]
    [InlineData("layout --depth deep", "'deep'")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string line, string named)
    {
        Assert.Equal(2, Run(line));
        Assert.Equal("", output.ToString());
        Assert.Contains(named, Assert.Single(error.ToString().TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    private int Run(string line) => BenchApplication.Run(line.Split(' '), output, error);
}
