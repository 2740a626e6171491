// A directory that lives as long as a test. Each has a name of its own, so tests may run side by side.

namespace Managarm.Perf.Fuzz.Tests.Findings;

/// <summary>A temporary directory.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    internal ScratchDirectory()
    {
        Location = Directory.CreateTempSubdirectory("managarm-perf-test-").FullName;
    }

    /// <summary>Its path.</summary>
    internal string Location { get; }

    /// <summary>A path inside.</summary>
    internal string At(params string[] parts) => Path.Combine([Location, .. parts]);

    /// <summary>Writes a file.</summary>
    internal string Write(string name, string content)
    {
        File.WriteAllText(At(name), content);
        return At(name);
    }

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
