// Inputs of fuzzing engines as a corpus of scenarios. What bytes mean is one function, the decoder, so that engines whose bytes
// mean more (a strategy and its seed) need another function and nothing else. The schedule in the bytes is left out: scenarios
// of a corpus are run with schedules of their own. A file that is no input is named and the others are imported all the same,
// since an engine's folder is seldom clean.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.EngineInputs;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Imports scenarios.</summary>
internal sealed class CorpusImport
{
    /// <summary>No engine makes inputs that are longer, unless it is told to.</summary>
    private const int MaximumInputBytes = 1 << 20;

    private readonly InputDecoder decode;
    private readonly ScenarioParser parser = new();
    private readonly HashSet<ulong> present = [];
    private readonly List<string> refused = [];

    private CorpusImport(InputDecoder decode)
    {
        this.decode = decode;
    }

    /// <summary>The decoder of what engines of this project work on, and of bytes that are a scenario and its schedule: no
    /// encoding of one begins with the letters that mark the others.</summary>
    internal static InputDecoder Any { get; } = static (bytes, scenario) =>
    {
        var input = new EngineInput();
        if (EngineInputCodec.TryDecode(bytes, input))
        {
            scenario.CopyFrom(input.Scenario);
        }
        else
        {
            ScenarioCodec.Decode(bytes, scenario, new Schedule());
        }
    };

    /// <summary>Imports.</summary>
    /// <param name="source">Directory of inputs.</param>
    /// <param name="place">Where the corpus is to be.</param>
    /// <param name="decode">What bytes mean.</param>
    /// <param name="stop">Ends it; then nothing is there.</param>
    internal static ImportReport Run(string source, string place, InputDecoder decode, CancellationToken stop)
    {
        CorpusFolder.RequireDirectory(source);
        var self = new CorpusImport(decode);
        using NewFolder folder = NewFolder.Create(place);
        int files = 0;
        foreach (string file in EngineFiles.In(source))
        {
            stop.ThrowIfCancellationRequested();
            files++;
            self.Import(file, Path.GetRelativePath(source, file), folder);
        }

        if (files == 0)
        {
            throw new CorpusException($"{source}: no input of a fuzzing engine and no scenario in it or below");
        }

        if (self.present.Count == 0)
        {
            throw new CorpusException(self.refused[0]);
        }

        folder.Commit();
        return new ImportReport(files, self.present.Count, self.refused);
    }

    private void Import(string path, string name, NewFolder folder)
    {
        ScenarioFile? file = Path.GetExtension(path) == CorpusStore.Extension ? ReadText(path) : ReadBytes(path);
        if (file is null)
        {
            return;
        }

        ulong hash = ScenarioHash.Of(file.Scenario);
        if (present.Add(hash))
        {
            string origin = string.Concat(name.Select(static letter => char.IsControl(letter) || letter > '~' ? '?' : letter));
            byte[] text = System.Text.Encoding.ASCII.GetBytes($"# imported from {origin}\n{file.Format()}");
            folder.Write(CorpusFolder.NameOf(hash) + CorpusStore.Extension, text);
        }
    }

    private ScenarioFile? ReadText(string path)
    {
        ScenarioSource source = ScenarioSource.Read(parser, path);
        if (source.IsValid)
        {
            return source.File;
        }

        refused.Add(source.Errors[0].ToString());
        return null;
    }

    private ScenarioFile? ReadBytes(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaximumInputBytes)
            {
                refused.Add($"{path}: this is longer than {MaximumInputBytes} bytes and no input of an engine");
                return null;
            }

            var scenario = new Scenario();
            decode(File.ReadAllBytes(path), scenario);
            var file = new ScenarioFile();
            if (parser.TryParse(path, ScenarioFormatter.Format(scenario), file, out ScenarioError? error))
            {
                return file;
            }

            refused.Add($"{path}: its bytes decode to no scenario: {error!.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            refused.Add($"{path}: {exception.Message.ReplaceLineEndings(" ")}");
        }

        return null;
    }
}

/// <summary>What was imported.</summary>
/// <param name="Files">Files that were read.</param>
/// <param name="Entries">Scenarios that there are now.</param>
/// <param name="Refused">A line for each file that is no scenario.</param>
internal sealed record ImportReport(int Files, int Entries, IReadOnlyList<string> Refused)
{
    /// <summary>Files whose scenario another file had before.</summary>
    internal int Duplicates => Files - Entries - Refused.Count;
}
