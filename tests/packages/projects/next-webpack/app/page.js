export default function Page() {
  return <p>wablock</p>
}
