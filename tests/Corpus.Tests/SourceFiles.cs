// Scenario files that exist only in a test: read and formatted the way commands do it, from bytes in memory.

using System.Text;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests;

/// <summary>Files in memory.</summary>
internal static class SourceFiles
{
    private const string Name = "x.scn";

    /// <summary>Reads a text as if it were a file.</summary>
    internal static ScenarioSource Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads bytes as if they were a file.</summary>
    internal static ScenarioSource Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return ScenarioSource.Read(new ScenarioParser(), Name, stream);
    }

    /// <summary>Formats a file without mistakes.</summary>
    internal static string Format(ScenarioSource source)
    {
        var isFormatted = SourceFormatter.TryFormat(source, out var formatted, out var error);
        Assert.True(isFormatted, error?.ToString());
        return formatted;
    }
}
