// `store`: the results of many nights in one file. `import` puts in what was written elsewhere, and may be repeated at any time;
// `export` writes everything as lines of text, `list` shows it. See docs/store.md.

using System.CommandLine;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Store;

/// <summary>Makes the command `store` with its parts.</summary>
internal sealed class StoreCommand
{
    private static readonly string DefaultPath = $"{DataFolder.Default}/results.sqlite";

    private readonly Argument<string[]> inputs = new("PATH")
    {
        Description = "A campaign's directory, what `defects hunt --out` or `store export` wrote, or a directory of such.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Argument<string> table = new("TABLE") { Description = $"One of {StoreList.Names}." };

    private readonly Option<string> store = CommandOptions.Make("--store", "FILE", $"The store (default {DefaultPath}).");

    private readonly Option<string> to = CommandOptions.Make(
        "--out", "FILE", "Write the export into this file (default: standard output).");

    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly CommandContext context;

    private StoreCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Command Create(CommandContext context)
    {
        var self = new StoreCommand(context);
        return new Command(
            "store",
            "Keeps the results of many nights in one SQLite file. `import` and `list` have --json.\n\n"
            + "Example:\n  store import hunt.json\n  store list hunts\n  store export --out results.ndjson")
        {
            self.CreateImport(), self.CreateExport(), self.CreateList(),
        };
    }

    private Command CreateImport()
    {
        var command = new Command(
            "import", "Puts results into the store, which is made if it is not there. What is there already stays as it is.\n\n"
            + "Example:\n  store import hunt.json\n  store import nights --store all.sqlite")
        {
            inputs, store, json,
        };
        command.SetAction(parsed => new StoreImportMode(context).Run(Inputs(parsed), StorePath(parsed), parsed.GetValue(json)));
        return command;
    }

    private Command CreateExport()
    {
        var command = new Command(
            "export", "Writes every row of the store as a line of JSON, in an order that follows from the rows alone.\n\n"
            + "Example:\n  store export --out results.ndjson")
        {
            store, to,
        };
        command.SetAction(parsed => new StoreExportMode(context).Run(StorePath(parsed), Output(parsed)));
        return command;
    }

    private Command CreateList()
    {
        var command = new Command(
            "list", "Lists what is in the store.\n\n"
            + "Example:\n  store list hunts\n  store list findings --store all.sqlite --json")
        {
            table, store, json,
        };
        command.SetAction(List);
        return command;
    }

    private int List(ParseResult parsed)
    {
        string wanted = parsed.GetRequiredValue(table);
        StoreList list = StoreList.Find(wanted) ?? throw CommandException.BadInput(
            table.Name, $"there is no list of '{wanted}'; there are {StoreList.Names}");
        return new StoreListMode(context).Run(list, StorePath(parsed), parsed.GetValue(json));
    }

    private string[] Inputs(ParseResult parsed)
    {
        string[] paths = parsed.GetRequiredValue(inputs);
        return paths.All(path => path.Length > 0) ? paths : throw CommandException.BadInput(inputs.Name, "a path is needed");
    }

    private string StorePath(ParseResult parsed)
    {
        string path = parsed.GetValue(store) ?? DefaultPath;
        return path.Length > 0 ? path : throw CommandException.BadInput(store.Name, "a path is needed");
    }

    /// <summary>The file for an export, or null; it must be possible to write it, and it must not be the store.</summary>
    private string? Output(ParseResult parsed)
    {
        string? path = parsed.GetValue(to);
        if (path is null)
        {
            return null;
        }

        string? folder = path.Length == 0 ? null : Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is null || !Directory.Exists(folder) || Directory.Exists(path))
        {
            throw CommandException.BadInput(to.Name, $"'{path}' is no file in a directory that exists");
        }

        return RealPath(path) != RealPath(StorePath(parsed))
            ? path
            : throw CommandException.BadInput(to.Name, $"'{path}' is the store itself");
    }

    private static string RealPath(string path) =>
        (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);
}
