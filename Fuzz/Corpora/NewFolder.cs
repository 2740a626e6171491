// A folder that comes into being whole or not at all: it is filled beside its place under a name that begins with a point, and
// then renamed. What fails half way (a full disk, a signal, a damaged entry) leaves the place as it was; what a kill leaves
// behind is the folder with the point, which nobody reads. To replace a folder, the old one is renamed first and removed last,
// so at every moment one of the two is there whole.

using Managarm.Perf.Fuzz.Campaigns;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>A folder under construction; disposing removes it unless it was put in place.</summary>
internal sealed class NewFolder : IDisposable
{
    private readonly string place;
    private readonly string old;
    private readonly bool replaces;
    private bool isDone;

    private NewFolder(string place, bool replaces)
    {
        this.place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(place));
        this.replaces = replaces;
        string above = Path.GetDirectoryName(this.place) ?? throw new CorpusException($"{place}: no folder can be made there");
        string name = Path.GetFileName(this.place);
        old = Path.Combine(above, $".{name}.{Environment.ProcessId}.old");
        Location = Path.Combine(above, $".{name}.{Environment.ProcessId}.new");
        Directory.CreateDirectory(Location);
    }

    /// <summary>Where it is filled.</summary>
    internal string Location { get; }

    /// <summary>Begins a folder where there is none, or an empty one.</summary>
    /// <param name="place">Where it is to be.</param>
    /// <exception cref="CorpusException">There is something.</exception>
    internal static NewFolder Create(string place)
    {
        RequireFree(place);
        return new NewFolder(place, replaces: false);
    }

    /// <summary>Begins a folder that is to replace one.</summary>
    /// <param name="place">The one that is there.</param>
    internal static NewFolder Replace(string place) => new(place, replaces: true);

    /// <summary>Refuses a place where something is.</summary>
    /// <param name="place">The place.</param>
    internal static void RequireFree(string place)
    {
        if (File.Exists(place))
        {
            throw new CorpusException($"{place}: there is a file already");
        }

        if (Directory.Exists(place) && Directory.EnumerateFileSystemEntries(place).Any())
        {
            throw new CorpusException($"{place}: the directory is not empty, and nothing in it is overwritten");
        }
    }

    /// <summary>Writes a file into it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">What it holds.</param>
    internal void Write(string name, ReadOnlySpan<byte> content)
    {
        using var stream = new FileStream(Path.Combine(Location, name), FileMode.CreateNew, FileAccess.Write);
        stream.Write(content);
    }

    /// <summary>Puts the folder in its place.</summary>
    internal void Commit()
    {
        if (replaces)
        {
            Swap();
        }
        else
        {
            RequireFree(place);
            if (Directory.Exists(place))
            {
                Directory.Delete(place);
            }

            Directory.Move(Location, place);
        }

        isDone = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!isDone && Directory.Exists(Location))
        {
            Directory.Delete(Location, recursive: true);
        }
    }

    private void Swap()
    {
        Directory.Move(place, old);
        try
        {
            Directory.Move(Location, place);
        }
        catch
        {
            Directory.Move(old, place);
            throw;
        }

        Directory.Delete(old, recursive: true);
    }
}
