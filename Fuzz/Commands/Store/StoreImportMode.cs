// `store import`: each file and each campaign is put in whole or not at all, and told when it is on the disk, so that an import
// which was ended half way can simply be repeated. A directory with the state of a campaign is that campaign; of any other the
// documents in it are taken and the campaigns below it. What a file is decides its beginning and not its name.

using System.Text;
using System.Text.Json;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Store;

namespace Managarm.Perf.Fuzz.Commands.Store;

/// <summary>Puts results into the store.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class StoreImportMode(CommandContext context)
{
    private const int PeekedLetters = 64;

    private static readonly string[] Extensions = [".json", ".ndjson"];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly KnownFindings known = CorpusLocation.LoadKnown();
    private readonly List<(string Path, long Added, long Changed, long Unchanged)> done = [];

    /// <summary>Imports.</summary>
    /// <param name="paths">Files, directories of campaigns, and directories with either in them.</param>
    /// <param name="storePath">The store.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(IReadOnlyList<string> paths, string storePath, bool asJson)
    {
        string[] files = [.. paths.SelectMany(SourcesIn)];
        using ResultsStore store = ResultsStore.Open(storePath, OpenMode.Write);
        foreach (string file in files)
        {
            context.InputFile = file;
            context.Progress.Say($"importing {file}");
            Import(store, file, asJson);
        }

        if (asJson)
        {
            WriteJson(storePath);
        }

        return CommandExit.Clean;
    }

    private static IEnumerable<string> SourcesIn(string path)
    {
        if (File.Exists(path) || IsCampaign(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw CommandException.BadInput(path, "there is no such file or directory");
        }

        string[] sources =
        [
            .. Directory.GetFiles(path).Where(HasResults).Order(StringComparer.Ordinal),
            .. CampaignDirectory.In(path),
        ];
        return sources.Length > 0
            ? sources
            : throw CommandException.BadInput(path, "there is no .json or .ndjson file in it, and no campaign in or below it");

        static bool HasResults(string file) => Extensions.Contains(Path.GetExtension(file));
    }

    private static bool IsCampaign(string path) => File.Exists(Path.Combine(path, CampaignDirectory.StateName));

    private void Import(ResultsStore store, string file, bool asJson)
    {
        try
        {
            context.Stop.ThrowIfCancellationRequested();
            using StoreWriter writer = store.Begin(file);
            Put(writer, file);
            writer.Commit();
            done.Add((file, writer.Added, writer.Changed, writer.Unchanged));
            if (!asJson)
            {
                string rows = Plural.Of(writer.Added, "row");
                context.Output.WriteLine($"{file}: {rows} added, {writer.Changed} changed, {writer.Unchanged} already there");
            }
        }
        catch (OperationCanceledException)
        {
            throw CommandException.Interrupted(
                file, $"interrupted; nothing of it was imported, and what was told before is in the store");
        }
    }

    private void Put(StoreWriter writer, string file)
    {
        if (Directory.Exists(file))
        {
            CampaignImport.Put(file, known, writer);
            return;
        }

        if (IsExport(file))
        {
            using var lines = new StreamReader(file, Strict);
            writer.PutExport(lines, context.Stop);
            return;
        }

        foreach (HuntRecord hunt in HuntImport.Read(file))
        {
            writer.Put(hunt);
        }
    }

    private static bool IsExport(string file)
    {
        using var reader = new StreamReader(file);
        var letters = new char[PeekedLetters];
        return StoreExport.IsFirstLine(new string(letters, 0, reader.ReadBlock(letters)));
    }

    private void WriteJson(string storePath)
    {
        using var document = new JsonDocumentWriter(context.Output, "store");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", "import");
        json.WriteString("store", storePath);
        json.WriteStartArray("files");
        foreach ((string path, long added, long changed, long unchanged) in done)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteNumber("rowsAdded", added);
            json.WriteNumber("rowsChanged", changed);
            json.WriteNumber("rowsUnchanged", unchanged);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
