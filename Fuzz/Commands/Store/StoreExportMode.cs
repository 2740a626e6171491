// `store export`: every row as a line of JSON, on standard output or in a file. A file that was not finished lacks its last
// line, by which an import notices.

using System.Text;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Store;

namespace Managarm.Perf.Fuzz.Commands.Store;

/// <summary>Writes the store as text.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class StoreExportMode(CommandContext context)
{
    private static readonly UTF8Encoding Plain = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Exports.</summary>
    /// <param name="storePath">The store.</param>
    /// <param name="path">File for the export, or null for standard output.</param>
    /// <returns>Exit code.</returns>
    internal int Run(string storePath, string? path)
    {
        using ResultsStore store = ResultsStore.Open(storePath, OpenMode.Read);
        context.Progress.Say($"exporting {storePath}");
        try
        {
            if (path is null)
            {
                store.Export(context.Output, context.Stop);
                return CommandExit.Clean;
            }

            using var file = new StreamWriter(path, append: false, Plain);
            long rows = store.Export(file, context.Stop);
            file.Flush();
            context.Output.WriteLine($"{path}: {Plural.Of(rows, "row")}");
            return CommandExit.Clean;
        }
        catch (OperationCanceledException)
        {
            throw CommandException.Interrupted(storePath, "interrupted; the export is not complete");
        }
    }
}
