// The smallest form of a violation so far, in a file of its own: it is replaced in one step whenever something smaller was found,
// and removed when the finding is written. `shrink` goes on from such a file, since it has a schedule line like any other.

using System.Text;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Shrinking;

/// <summary>Keeps the best form.</summary>
internal sealed class BestSoFar
{
    private const int Digits = 6;

    private readonly ShrinkSubject subject;

    /// <summary>Makes the folder.</summary>
    /// <param name="folder">Where the file is to lie.</param>
    /// <param name="subject">What is shrunk.</param>
    internal BestSoFar(string folder, ShrinkSubject subject)
    {
        this.subject = subject;
        string place = Directory.CreateDirectory(folder).FullName;
        string file = System.IO.Path.GetFullPath(subject.Name);
        bool isOfFinding = System.IO.Path.GetFileName(file) is FindingWriter.ScenarioName or FindingWriter.FoundName;
        string named = System.IO.Path.GetFileNameWithoutExtension(isOfFinding ? System.IO.Path.GetDirectoryName(file)! : file);

        // Many files have one name, so where it lies is part of it.
        Path = System.IO.Path.Combine(place, $"{named}-{Fingerprint.Of(file)[..Digits]}{CorpusStore.Extension}");
    }

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>Keeps a form.</summary>
    /// <param name="scenario">Its scenario.</param>
    /// <param name="schedule">Its schedule.</param>
    internal void Keep(Scenario scenario, Schedule schedule)
    {
        var text = new StringBuilder();
        PlantedComment.Append(text, subject.Defects);
        text.Append(RawFinding.ScenarioOf(subject.Runners[0], scenario, schedule).Format());
        AtomicFile.Write(Path, text.ToString());
    }

    /// <summary>The finding has taken its place.</summary>
    internal void Remove() => File.Delete(Path);
}
