// `run --format`: lays out scenario files, keeping comments and groups of lines. One file goes to standard output; with --write
// the files are replaced, each completely or not at all; with --check nothing is written and files that would change are
// listed. A file with mistakes is reported and left alone, and the others are still formatted.

using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Running;

/// <summary>Formats scenario files.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class FormatMode(CommandContext context)
{
    /// <summary>Whether files are only compared.</summary>
    internal bool IsCheck { get; init; }

    /// <summary>Whether files are replaced.</summary>
    internal bool IsWrite { get; init; }

    /// <summary>Whether the normal form is wanted instead of the author's layout.</summary>
    internal bool IsNormal { get; init; }

    /// <summary>Whether one document is asked for instead of text and lines.</summary>
    internal bool AsJson { get; init; }

    /// <summary>Formats files.</summary>
    /// <param name="paths">Files, folders or a hyphen.</param>
    /// <returns>Exit code.</returns>
    internal int Run(IEnumerable<string> paths)
    {
        var results = new List<CheckedFile>();
        foreach (string path in paths)
        {
            CheckedFile result = Format(path);
            results.Add(result);
            if (!AsJson && result.IsChanged == true && (IsCheck || IsWrite))
            {
                context.Output.WriteLine(result.Name);
            }
        }

        if (AsJson)
        {
            DiagnosticDocument.Write(context.Output, "format", results);
        }

        if (results.Exists(result => result.Errors.Count > 0))
        {
            return CommandExit.BadInput;
        }

        return IsCheck && results.Exists(result => result.IsChanged == true) ? CommandExit.Findings : CommandExit.Clean;
    }

    private CheckedFile Format(string path)
    {
        ScenarioSource source = ScenarioInput.Read(path, context);
        string formatted = "";
        IReadOnlyList<ScenarioError> errors = source.Errors;
        if (source.IsValid && IsNormal)
        {
            formatted = source.File.Format();
        }
        else if (source.IsValid && !SourceFormatter.TryFormat(source, out formatted, out ScenarioError? error))
        {
            errors = [error!];
        }

        if (errors.Count > 0)
        {
            foreach (string line in AsJson ? [] : DiagnosticText.Lines(errors, source.Text, context.IsInteractive))
            {
                context.Error.WriteLine(line);
            }

            return new CheckedFile(source.Name, errors);
        }

        bool isChanged = source.HasMark || formatted != source.Text;
        if (IsWrite && isChanged)
        {
            Replace(source.Name, formatted);
        }

        bool isPrinted = !IsWrite && !IsCheck;
        if (isPrinted && !AsJson)
        {
            context.Output.Write(formatted);
        }

        return new CheckedFile(source.Name, errors, isChanged, isPrinted ? formatted : null);
    }

    private static void Replace(string path, string content)
    {
        try
        {
            AtomicFile.Replace(path, content);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Environment($"{path}: cannot be written: {failure.Message.TrimEnd('.')}");
        }
    }
}
